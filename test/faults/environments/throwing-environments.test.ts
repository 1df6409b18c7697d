// Jobs whose environment throws any value in any call: they fail at once, with that reason and a short message.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { train } from '../../../src/master/train.ts';
import type { Job, JobState } from '../../../src/shared/job/job.ts';
import { AppError } from '../../../src/shared/errors/app-error.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';

const environmentModule = join(import.meta.dirname, '../../fixtures/environments/throws-anything.ts');
const ids = ['ThrowsAnything-v0', 'RejectsAnything-v0'] as const;

/** What environments of threads and masters that start from now on throw, and where. */
function letThrow(method: string, value: string): void {
  process.env.THROWS_ANYTHING = `${method} ${value}`;
  onTestFinished(() => {
    delete process.env.THROWS_ANYTHING;
  });
}

async function failOnThreads(environment: string): Promise<AppError> {
  const failure = await train({ environment, workers: 1, seed: 1 }, { environmentModule }).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!AppError.is(failure)) throw new Error('training did not fail as it should');
  return failure;
}

describe('on threads', () => {
  it.each([
    'hugeMessage',
    'proxyOfError',
    'revokedProxy',
    'endlessChain',
    'throwingGetters',
    'deepCauses',
    'brokenThenable',
  ])('%s is the failure of the environment that threw it', async (value) => {
    letThrow('step', value);
    for (const environment of ids) {
      const { code, message } = await failOnThreads(environment);
      expect(code).toBe('ENVIRONMENT_FAILED');
      expect(message).toMatch(new RegExp(`^${environment}: step\\(\\) in step 5 of its episode threw `));
      expect(message.length).toBeLessThan(4_000);
    }
  });

  it.each(['create', 'reset', 'actionMask'])(
    'an error of 10 MB in %s() is cut and counted',
    async (method) => {
      letThrow(method, 'hugeMessage');
      for (const environment of ids) {
        const { code, message } = await failOnThreads(environment);
        expect(code).toBe('ENVIRONMENT_FAILED');
        expect(message).toMatch(
          new RegExp(
            `^${environment}: ${method}\\(\\)[^]* threw Error: x+… 10,48\\d,\\d{3} more characters \\(at `,
          ),
        );
      }
    },
  );
});

describe('on a server', { timeout: 240_000 }, () => {
  async function start(): Promise<TestServer> {
    return await startTestServer({ environments: [environmentModule] }, 'real');
  }

  /** Masters yield to everything else that runs on the machine. */
  async function waitUntil(server: TestServer, id: string, state: JobState): Promise<Job> {
    return await vi.waitFor(
      async () => {
        const job = await server.readJob(id);
        expect(job.state).toBe(state);
        return job;
      },
      { timeout: 100_000, interval: 50 },
    );
  }

  async function expectSmallFailure(server: TestServer, id: string, method: string): Promise<void> {
    const { error, attempt } = await waitUntil(server, id, 'failed');
    expect(error?.code).toBe('ENVIRONMENT_FAILED');
    expect(error?.message).toMatch(new RegExp(`: ${method}\\(\\)[^]* threw .*more characters`));
    expect(attempt).toBe(method === 'setState' ? 2 : 1);
    expect((await (await server.get(`/jobs/${id}`)).text()).length).toBeLessThan(30_000);
    const events = await (await server.get(`/jobs/${id}/events?limit=1000`)).text();
    expect(events).toContain('caused by: ');
    // Beside the failure there are reports of progress.
    expect(events.length).toBeLessThan(200_000);
  }

  it.each(['hugeMessage', 'hugeCause', 'manySlashes'])(
    'a job whose environment throws %s has a small record',
    async (value) => {
      letThrow('step', value);
      const server = await start();
      for (const environment of ids) {
        const { id } = await server.postJob('throwing', { environment, seed: 1 });
        const { error, attempt } = await waitUntil(server, id, 'failed');
        expect(error?.code).toBe('ENVIRONMENT_FAILED');
        expect(attempt).toBe(1);
        expect((await (await server.get(`/jobs/${id}`)).text()).length).toBeLessThan(30_000);
        expect((await (await server.get(`/jobs/${id}/events?limit=1000`)).text()).length).toBeLessThan(
          100_000,
        );
      }
    },
  );

  const endless = {
    environment: 'ThrowsAnything-v0',
    stop: { maxSteps: null, maxEpisodes: null, maxSeconds: 50, targetReward: null },
    optimizer: { schedule: 'constant' },
    checkpoint: { everySeconds: 1 },
  };

  it('an error of 10 MB at a checkpoint fails the job with a short message', async () => {
    letThrow('getState', 'hugeMessage');
    const server = await start();
    const { id } = await server.postJob('throwing', endless);
    await expectSmallFailure(server, id, 'getState');
  });

  it('an error of 10 MB while a job resumes fails it with a short message', async () => {
    letThrow('setState', 'hugeMessage');
    const server = await start();
    const { id } = await server.postJob('throwing', endless);
    await vi.waitFor(
      async () => {
        const { error, progress } = await server.readJob(id);
        expect(error).toBeNull();
        expect(progress.steps).toBeGreaterThan(0);
      },
      { timeout: 100_000, interval: 20 },
    );
    await server.post(`/jobs/${id}/pause`);
    await waitUntil(server, id, 'paused');
    await server.post(`/jobs/${id}/resume`);
    await expectSmallFailure(server, id, 'setState');
  });
});
