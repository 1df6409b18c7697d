// Environments that harm their worker, their master or the server: at most one job suffers.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { train } from '../../../src/master/train.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { jobSchema, type Job } from '../../../src/shared/job/job.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/environments');
const limits = { environmentMemoryMegabytes: 48 };
/** Of an environment that never answers; others must not seem to on a busy machine. */
const shortTimeoutSeconds = 1;

const trainMishap = (request: JobRequest) =>
  train(
    {
      workers: 1,
      ...limits,
      ...(request.environment === 'Loops-v0' && { environmentTimeoutSeconds: shortTimeoutSeconds }),
      ...request,
    },
    { environmentModule: join(fixtures, 'mishaps.ts') },
  );

/** Lets each mishap happen once only. */
function allowOnce(): void {
  process.env.MISHAPS_HAPPENED = createTemporaryDirectory();
  onTestFinished(() => {
    delete process.env.MISHAPS_HAPPENED;
  });
}

describe('a worker that fails once', () => {
  it.each(['ExitsQuietly-v0', 'Loops-v0', 'FillsHeap-v0'])(
    'by %s is replaced and counted, and the job continues',
    async (environment) => {
      allowOnce();
      const { reason, figures } = await trainMishap({ environment, stop: { maxSteps: 20_000 } });
      expect(reason).toBe('maxSteps');
      expect(figures.workerRestarts).toBe(1);
    },
  );

  it('may leave an unhandled rejection, and the job continues', async () => {
    allowOnce();
    const { reason } = await trainMishap({ environment: 'RejectsUnheard-v0', stop: { maxSteps: 20_000 } });
    expect(reason).toBe('maxSteps');
  });

  it('may send unknown messages, and the job continues', async () => {
    const { reason, figures } = await trainMishap({ environment: 'Babbles-v0', stop: { maxSteps: 20_000 } });
    expect(reason).toBe('maxSteps');
    expect(figures.workerRestarts).toBe(0);
  });
});

describe('a worker that always fails', () => {
  it.each([
    ['ThrowsNull-v0', 'ENVIRONMENT_FAILED', /step\(\) in step 50 of its episode threw null/],
    ['ThrowsNameless-v0', 'ENVIRONMENT_FAILED', /threw an object/],
    ['OverflowsStack-v0', 'ENVIRONMENT_FAILED', /RangeError: Maximum call stack size exceeded/],
    ['ExitsQuietly-v0', 'ENVIRONMENT_FAILED', /^ExitsQuietly-v0 called process\.exit\(0\)/],
    ['FillsHeap-v0', 'ENVIRONMENT_OUT_OF_MEMORY', /more than 48 MB .*environmentMemoryMegabytes/],
    ['Loops-v0', 'ENVIRONMENT_TIMEOUT', /did not answer within 1 s/],
  ])('by %s fails its job with %s', async (environment, code, message) => {
    const failure = trainMishap({ environment });
    await expect(failure).rejects.toThrow(expect.objectContaining({ code }));
    await expect(failure).rejects.toThrow(message);
  });
});

describe('a worker that keeps 100 MB', () => {
  const request = { environment: 'KeepsMemory-v0', stop: { maxSteps: 1_000 } };

  it('fails its job where it may keep less', async () => {
    await expect(trainMishap(request)).rejects.toThrow(
      expect.objectContaining({ code: 'ENVIRONMENT_OUT_OF_MEMORY' }),
    );
  });

  it('is left alone where it may keep as much', async () => {
    allowOnce();
    const { figures } = await trainMishap({ ...request, environmentMemoryMegabytes: 512 });
    expect(figures.workerRestarts).toBe(0);
  });
});

describe('a server', () => {
  async function post(server: TestServer, fields: object): Promise<string> {
    const response = await server.post('/jobs', { workers: 1, seed: 1, ...limits, ...fields });
    expect(response.status).toBe(202);
    return jobSchema.parse(await response.json()).id;
  }
  const waitUntil = (server: TestServer, id: string, state: Job['state']): Promise<Job> =>
    vi.waitFor(
      async () => {
        const job = await server.readJob(id);
        expect(job.state).toBe(state);
        return job;
      },
      { timeout: 100_000, interval: 50 },
    );

  it('reports why such jobs failed, and trains the others', { timeout: 150_000 }, async () => {
    const server = await startTestServer({ environments: [fixtures] }, 'real');
    const filling = await post(server, { environment: 'FillsHeap-v0' });
    const killing = await post(server, { environment: 'KillsMaster-v0' });
    const good = await post(server, {
      environment: 'Identity-v0',
      stop: { maxSteps: 30_000, targetReward: null },
    });
    expect((await waitUntil(server, filling, 'failed')).error?.code).toBe('ENVIRONMENT_OUT_OF_MEMORY');
    const { error } = await waitUntil(server, killing, 'failed');
    expect(error?.code).toBe('MASTER_DIED');
    expect(error?.message).toContain('SIGKILL');
    expect((await waitUntil(server, good, 'succeeded')).attempt).toBe(1);
    expect((await server.get('/healthz')).status).toBe(200);
  });
});
