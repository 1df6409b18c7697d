// Jobs whose environment throws, returns invalid values or hangs, on real threads.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { train } from '../../../src/master/train.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/environments');

function allowOneHang(): void {
  process.env.HANGS_ONCE_TRACE = join(createTemporaryDirectory(), 'trace');
  onTestFinished(() => {
    delete process.env.HANGS_ONCE_TRACE;
  });
}

async function trainFixture(module: string, request: JobRequest) {
  return await train({ workers: 1, ...request }, { environmentModule: join(fixtures, module) });
}

describe('a job fails with a code, the step and the value', () => {
  it.each([
    ['RewardsNaN-v0', 'ENVIRONMENT_INVALID_OUTPUT', /step\(\) in step 7 of its episode .* reward of NaN/],
    ['ObservesNaN-v0', 'ENVIRONMENT_INVALID_OUTPUT', /step 7 .* element 0 is NaN/],
    [
      'ObservesTooMuch-v0',
      'ENVIRONMENT_INVALID_OUTPUT',
      /step 7 .* 2 numbers; its space has the shape \[1\]/,
    ],
    ['MasksWrongly-v0', 'ENVIRONMENT_INVALID_OUTPUT', /actionMask\(\) .* \[1, 1\]; .* each of 3 actions/],
    [
      'Throws-v0',
      'ENVIRONMENT_FAILED',
      /step 7 .* RangeError: the trapdoor is stuck \(at openTheTrapdoor \(.*misbehaving\.ts:\d+:\d+\)\)/,
    ],
  ])('%s: %s', async (environment, code, message) => {
    const failure = trainFixture('misbehaving.ts', { environment });
    await expect(failure).rejects.toThrow(expect.objectContaining({ code }));
    await expect(failure).rejects.toThrow(message);
  });

  it('with the stack of the user’s own error as the cause', async () => {
    const failure = trainFixture('misbehaving.ts', { environment: 'Throws-v0' });
    const error: unknown = await failure.catch((reason: unknown) => reason);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : null;
    expect(cause?.name).toBe('RangeError');
    expect(cause?.stack).toMatch(
      /^RangeError: the trapdoor is stuck\n\s+at openTheTrapdoor .*misbehaving\.ts/,
    );
  });

  it('when only an evaluation meets it, without waiting for the end of training', async () => {
    const failure = trainFixture('fails-in-evaluation.ts', {
      environment: 'ThrowsInEvaluation-v0',
      environmentsPerWorker: 2,
      evaluation: { episodes: 4, everySteps: 200 },
      stop: { maxSteps: null, maxSeconds: 50 },
      optimizer: { schedule: 'constant' },
    });
    await expect(failure).rejects.toThrow(/ThrowsInEvaluation-v0: .* nobody should look at this/);
  });

  it.each(['Exits-v0', 'ExitsLater-v0'])(
    'after some replacements when %s ends its thread',
    async (environment) => {
      const failure = trainFixture('misbehaving.ts', { environment });
      await expect(failure).rejects.toThrow(expect.objectContaining({ code: 'ENVIRONMENT_FAILED' }));
      await expect(failure).rejects.toThrow(`${environment} called process.exit(3)`);
    },
  );

  it('when it ends the thread of an evaluation', async () => {
    const failure = trainFixture('fails-in-evaluation.ts', {
      environment: 'ExitsInEvaluation-v0',
      environmentsPerWorker: 2,
      evaluation: { episodes: 4, everySteps: 200 },
      stop: { maxSteps: 2_000 },
    });
    await expect(failure).rejects.toThrow(/^ExitsInEvaluation-v0 called process\.exit\(4\)/);
  });
});

describe('an environment that hangs', () => {
  it.each([
    ['in an endless loop', 'Hangs-v0'],
    ['with a promise that never settles', 'NeverSettles-v0'],
  ])('%s fails its job after some replacements', async (_, environment) => {
    const failure = trainFixture('misbehaving.ts', { environment, environmentTimeoutSeconds: 0.3 });
    await expect(failure).rejects.toThrow(expect.objectContaining({ code: 'ENVIRONMENT_TIMEOUT' }));
    await expect(failure).rejects.toThrow(`${environment} did not answer within 0.3 s`);
  });

  it('in an evaluation fails its job too', async () => {
    const failure = trainFixture('fails-in-evaluation.ts', {
      environment: 'HangsInEvaluation-v0',
      environmentsPerWorker: 2,
      environmentTimeoutSeconds: 0.3,
      evaluation: { episodes: 4, everySteps: 200 },
      stop: { maxSteps: 2_000 },
    });
    await expect(failure).rejects.toThrow(expect.objectContaining({ code: 'ENVIRONMENT_TIMEOUT' }));
  });

  it('once in an evaluation has it repeated and counted, and trains to the end', async () => {
    allowOneHang();
    const { reason, figures } = await trainFixture('fails-in-evaluation.ts', {
      environment: 'HangsOnceInEvaluation-v0',
      environmentsPerWorker: 2,
      environmentTimeoutSeconds: 2,
      evaluation: { episodes: 4, everySteps: 200 },
      stop: { maxSteps: 2_000 },
    });
    expect(reason).toBe('maxSteps');
    expect(figures.workerRestarts).toBe(1);
  });

  it.each([
    // A second worker of a3c would go on meanwhile and be done before anyone is missed.
    { algorithm: 'a3c', workers: 1 },
    { algorithm: 'a2c', workers: 2 },
  ] as const)(
    'once has its worker replaced, and $algorithm trains to the end',
    async ({ algorithm, workers }) => {
      allowOneHang();
      const { reason, figures } = await trainFixture('hangs-once.ts', {
        environment: 'HangsOnce-v0',
        algorithm,
        workers,
        environmentTimeoutSeconds: 2,
        stop: { maxSteps: 20_000 },
      });
      expect(reason).toBe('maxSteps');
      expect(figures.workerRestarts).toBe(1);
    },
  );
});

describe('a server', () => {
  it('fails the job alone, with its stack among its events, and trains on', async () => {
    const server = await startTestServer({ environments: [fixtures], maxRunningJobs: 2 }, 'real');
    const post = async (fields: object): Promise<string> => {
      const response = await server.post('/jobs', { workers: 1, seed: 1, ...fields });
      return z.object({ id: z.string() }).parse(await response.json()).id;
    };
    const throwing = await post({ environment: 'Throws-v0' });
    const good = await post({ environment: 'Identity-v0', stop: { maxSteps: 30_000, targetReward: null } });
    const hanging = await post({ environment: 'Hangs-v0', environmentTimeoutSeconds: 0.3 });
    const failed = await server.waitFor(throwing, 'failed');
    expect(failed.error?.code).toBe('ENVIRONMENT_FAILED');
    expect(failed.error?.message).toContain('misbehaving.ts');
    const events = await (await server.get(`/jobs/${throwing}/events`)).text();
    expect(events).toContain('caused by: RangeError: the trapdoor is stuck');
    expect((await server.waitFor(hanging, 'failed')).error?.code).toBe('ENVIRONMENT_TIMEOUT');
    await server.waitFor(good, 'succeeded');
    expect((await server.get('/healthz')).status).toBe(200);
  });
});
