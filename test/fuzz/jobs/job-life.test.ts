// Fuzz test of calls on jobs whose masters end in all ways, against a small model: states agree, events are legal,
// and no acknowledged job is lost.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jobEventRecordSchema } from '../../../src/shared/api/job-event.ts';
import { jobPageSchema } from '../../../src/shared/api/job-page.ts';
import { jobSchema, type JobState } from '../../../src/shared/job/job.ts';
import { jobStates } from '../../../src/shared/job/job-states.ts';
import {
  IllegalTransitionError,
  isFinished,
  jobEvents,
  type LifecycleEvent,
  transition,
} from '../../../src/shared/job/transition.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { countRuns } from '../runs.ts';
import {
  calls,
  listOutcomes,
  masterKinds,
  mayFollow,
  waitAny,
  type Call,
  type MasterKind,
  type ModelState,
} from './life-model.ts';

const counts = { calls: 0, jobs: 0 };
afterAll(() => {
  process.stdout.write(`checked ${counts.calls} calls on ${counts.jobs} jobs against the model\n`);
});

const eventPageSchema = z.object({ data: z.array(jobEventRecordSchema), hasMore: z.boolean() });

interface TrackedJob {
  readonly id: string;
  readonly kind: MasterKind;
  states: Set<ModelState>;
}

async function post(server: TestServer, kind: MasterKind): Promise<TrackedJob> {
  const { id, state } = await server.postJob(kind);
  counts.jobs += 1;
  expect(state === 'queued' || state === 'running').toBe(true);
  return { id, kind, states: new Set([state]) };
}

/** Makes the call and narrows down what the job may be, by the answer. */
async function call(server: TestServer, job: TrackedJob, name: Call): Promise<void> {
  counts.calls += 1;
  const path = `/jobs/${job.id}`;
  const answer = await (name === 'delete' ? server.remove(path) : server.post(`${path}/${name}`));
  const { status } = answer;
  const answered = status === 202 ? jobSchema.parse(await answer.json()).state : null;
  const possible = listOutcomes(name, waitAny(job.kind, job.states)).filter(
    (outcome) => outcome.status === status && (answered === null || outcome.state === answered),
  );
  if (possible.length === 0) {
    throw new Error(
      `${name} of a job that was ${[...job.states].join(' or ')}: ${status} ${String(answered)}`,
    );
  }
  job.states = new Set(possible.map(({ state }) => state));
}

async function read(server: TestServer, job: TrackedJob): Promise<void> {
  const answer = await server.get(`/jobs/${job.id}`);
  const state: ModelState = answer.status === 404 ? 'gone' : jobSchema.parse(await answer.json()).state;
  const possible = waitAny(job.kind, job.states);
  if (!possible.has(state)) throw new Error(`${state} after ${[...job.states].join(' or ')}`);
  job.states = new Set([state]);
}

/** Follows the job's events from its first to now. */
async function requireLegalLife(server: TestServer, { id, states }: TrackedJob): Promise<void> {
  if (states.has('gone')) return;
  const { data, hasMore } = eventPageSchema.parse(
    await (await server.get(`/jobs/${id}/events?limit=1000`)).json(),
  );
  expect(hasMore).toBe(false);
  expect(data.map((event) => event.id)).toEqual(data.map((_event, index) => index + 1));
  const life = data.flatMap((event) => (event.type === 'state' ? [event.data.state] : []));
  expect(life[0]).toBe('queued');
  for (const [index, state] of life.slice(1).entries()) {
    const before = life[index] ?? 'queued';
    if (!mayFollow(before, state)) throw new Error(`${before} → ${state} in ${life.join(', ')}`);
  }
}

async function listIds(server: TestServer): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let after = ''; ;) {
    const page = jobPageSchema.parse(await (await server.get(`/jobs?limit=100${after}`)).json());
    for (const { id } of page.data) ids.add(id);
    if (!page.hasMore) return ids;
    after = `&after=${page.lastId ?? ''}`;
  }
}

const step = fc.record({
  call: fc.constantFrom(...calls),
  job: fc.nat(2),
  /** Jobs go on meanwhile. */
  waitMs: fc.constantFrom(0, 0, 0, 20, 150),
});

describe('the life of a job', () => {
  it('agrees with the model, for any calls and any end of masters', async () => {
    const server = await startTestServer({ maxRunningJobs: 3, spareMaster: true });
    const kinds = fc.array(fc.constantFrom(...masterKinds), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(kinds, fc.array(step, { maxLength: 10 }), async (chosen, steps) => {
        const jobs: TrackedJob[] = [];
        for (const kind of chosen) jobs.push(await post(server, kind));
        for (const { call: name, job: index, waitMs } of steps) {
          const job = jobs[index % jobs.length];
          if (!job) continue;
          if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
          await call(server, job, name);
          await read(server, job);
        }
        const listed = await listIds(server);
        for (const job of jobs) {
          await read(server, job);
          await requireLegalLife(server, job);
          expect(listed.has(job.id)).toBe(!job.states.has('gone'));
          // The next run should not wait for what this one leaves.
          await call(server, job, 'cancel');
        }
      }),
      { numRuns: countRuns(12) },
    );
  });

  it('stays consistent under calls at the same time', async () => {
    const server = await startTestServer({ maxRunningJobs: 3, spareMaster: true });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...masterKinds),
        fc.array(fc.constantFrom(...calls), { minLength: 2, maxLength: 6 }),
        async (kind, names) => {
          const { id } = await post(server, kind);
          const answers = await Promise.all(
            names.map((name) =>
              name === 'delete' ? server.remove(`/jobs/${id}`) : server.post(`/jobs/${id}/${name}`),
            ),
          );
          counts.calls += names.length;
          for (const { status } of answers) expect([202, 204, 404, 409]).toContain(status);
          const isGone = (await server.get(`/jobs/${id}`)).status === 404;
          expect(isGone).toBe(answers.some(({ status }) => status === 204));
          await requireLegalLife(server, { id, kind, states: new Set<ModelState>(isGone ? ['gone'] : []) });
          await server.post(`/jobs/${id}/cancel`);
        },
      ),
      { numRuns: countRuns(12) },
    );
  });
});

/** The state after the event; the same where it cannot happen. */
function move(state: JobState, event: LifecycleEvent): JobState {
  try {
    return transition(state, event);
  } catch (error) {
    expect(error).toBeInstanceOf(IllegalTransitionError);
    return state;
  }
}

describe('transition', () => {
  it('reaches only known states, and leaves a finished state only when it is resumed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...jobEvents), { maxLength: 40 }), (events) => {
        let state: JobState = 'queued';
        for (const event of events) {
          const next = move(state, event);
          expect(jobStates).toContain(next);
          if (next !== state && isFinished(state)) expect([event, next]).toEqual(['resume', 'queued']);
          // A job that cannot be started fails without having run.
          if (next !== state && event !== 'fail')
            expect([state, next, mayFollow(state, next)]).toEqual([state, next, true]);
          state = next;
        }
      }),
      { numRuns: countRuns(500) },
    );
  });
});
