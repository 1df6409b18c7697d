// Where requests for actions are computed, and which policies stay open.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EventBus } from '../../../../src/server/jobs/event-bus.ts';
import { PolicyService } from '../../../../src/server/policies/policy-service.ts';
import { DirectoryArtifactStore } from '../../../../src/shared/artifacts/directory-artifact-store.ts';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import type { JobRequest } from '../../../../src/shared/job/job-spec.ts';
import { jobIdSchema } from '../../../../src/shared/job/job.ts';
import { drawModel } from '../../../fixtures/model-files.ts';
import { createTemporaryDirectory } from '../../../fixtures/temporary-store.ts';

const small = { layers: [] };
/** 4·400 + 400·400 + 400·3 multiplications for a row. */
const medium = { shared: true, layers: [dense(400), dense(400)] };

function dense(units: number) {
  return { type: 'dense' as const, units };
}

interface Limits {
  readonly maxBytes?: number;
  readonly maxPolicies?: number;
}

/** A service that refuses whatever belongs in its thread. */
function createService({ maxBytes = 1e9, maxPolicies = 100 }: Limits = {}) {
  const directory = createTemporaryDirectory();
  const artifacts = new DirectoryArtifactStore((jobId) => join(directory, jobId));
  const bus = new EventBus();
  const service = new PolicyService({
    artifacts,
    bus,
    hasJob: () => true,
    findJob: () => ({ bestModelSteps: 1, latestModelSteps: 1 }),
    maxBytes,
    maxPolicies,
    maxWaiting: 0,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(async () => {
    await service.close();
  });
  let jobs = 0;
  const store = async (network: JobRequest['network']) => {
    jobs += 1;
    const jobId = jobIdSchema.parse(`job_${String(jobs).padStart(20, '0')}`);
    await artifacts.write({ jobId, name: 'best' }, drawModel({ network }, cartPoleV1, jobs).files);
    return jobId;
  };
  const ask = async (jobId: Awaited<ReturnType<typeof store>>, rows = 1, padding = 0): Promise<string> => {
    const observations = Array.from({ length: rows }, () => [0, 0, 0, 0]);
    const body = Buffer.from(JSON.stringify({ observations }) + ' '.repeat(padding));
    try {
      await service.answer({ jobId, body });
      return 'at once';
    } catch (error) {
      if (error instanceof Error && 'code' in error) return String(error.code);
      throw error;
    }
  };
  return { directory, service, store, ask };
}

describe('a request for actions', () => {
  it('is computed at once if its network, its rows and its bytes are few', async () => {
    const { service, store, ask } = createService();
    const job = await store(small);
    expect(await ask(job, 100)).toBe('at once');
    expect(await ask(job, 1, 60 * 1024)).toBe('at once');
    expect(service.readFigures()).toEqual({ requests: 2, observations: 101, policies: 1 });
  });

  it('with a large body goes to the thread', async () => {
    const { store, ask } = createService();
    const job = await store(small);
    expect(await ask(job, 1, 70 * 1024)).toBe('TOO_MANY_ACTIONS');
  });

  it('with many rows for its network goes to the thread', async () => {
    const { store, ask } = createService();
    const job = await store(medium);
    expect(await ask(job, 90)).toBe('at once');
    expect(await ask(job, 110)).toBe('TOO_MANY_ACTIONS');
  });

  it('for a network with many weights goes to the thread', async () => {
    const { store, ask } = createService();
    const job = await store({ shared: true, layers: [dense(600), dense(600)] });
    expect(await ask(job)).toBe('TOO_MANY_ACTIONS');
  });
});

describe('open policies', () => {
  it('are those that were asked last', async () => {
    const { directory, service, store, ask } = createService({ maxPolicies: 2 });
    const jobs = [await store(small), await store(small), await store(small)] as const;
    for (const job of [jobs[0], jobs[1], jobs[0], jobs[2]]) expect(await ask(job)).toBe('at once');
    expect(service.readFigures().policies).toBe(2);
    // Without files, only what is open can answer.
    rmSync(directory, { recursive: true });
    expect([await ask(jobs[0]), await ask(jobs[2])]).toEqual(['at once', 'at once']);
    expect(await ask(jobs[1])).toBe('MODEL_NOT_READY');
  });

  it('take no more memory than allowed, and the one that is asked is always open', async () => {
    const { service, store, ask } = createService({ maxBytes: 1_000_000 });
    const jobs = [await store(medium), await store(medium)] as const;
    for (const job of [jobs[0], jobs[1], jobs[0]]) {
      expect(await ask(job)).toBe('at once');
      expect(service.readFigures().policies).toBe(1);
    }
  });
});
