// Jobs that are interrupted and continue: paused, left by a server, killed with their master, or resumed with larger
// limits.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { learningCurveSchema } from '../../../src/shared/api/learning-curve.ts';
import { jobSchema, type Job } from '../../../src/shared/job/job.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';

const request = {
  environment: 'CartPole-v1',
  workers: 1,
  seed: 1,
  stop: { maxSteps: 100_000_000, targetReward: null },
  checkpoint: { everySeconds: 1 },
};

async function start(server: TestServer, fields: object = {}): Promise<Job> {
  const response = await server.post('/jobs', { ...request, ...fields });
  expect(response.status).toBe(202);
  return jobSchema.parse(await response.json());
}

async function waitForSteps(server: TestServer, id: string, steps: number): Promise<Job> {
  return await vi.waitFor(async () => {
    const job = await server.readJob(id);
    expect(job.progress.steps).toBeGreaterThan(steps);
    return job;
  }, patience);
}

async function readSteps(server: TestServer, id: string): Promise<number[]> {
  const curve = learningCurveSchema.parse(
    await (await server.get(`/jobs/${id}/metrics?maxPoints=10000`)).json(),
  );
  return curve.data.map(({ steps }) => steps);
}

/** Waits for a checkpoint that is newer than the newest. */
async function waitForCheckpoint(server: TestServer, id: string): Promise<void> {
  const known = (await server.readJob(id)).checkpoint?.steps ?? 0;
  await vi.waitFor(
    async () => {
      expect((await server.readJob(id)).checkpoint?.steps).toBeGreaterThan(known);
    },
    { timeout: 30_000, interval: 20 },
  );
}

async function waitForEnd(server: TestServer, id: string): Promise<void> {
  await vi.waitFor(
    async () => {
      expect((await server.readJob(id)).state).toBe('succeeded');
    },
    { timeout: 80_000, interval: 50 },
  );
}

async function readWeights(server: TestServer, id: string, model: string): Promise<Buffer> {
  const response = await server.get(`/jobs/${id}/models/${model}/weights.bin`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

function expectToRise(steps: readonly number[]): void {
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
}

describe('a paused job', () => {
  it('has no master while paused, and continues from its checkpoint', async () => {
    const server = await startTestServer({}, 'real');
    const { id } = await start(server);
    await waitForSteps(server, id, 20_000);
    expect((await server.post(`/jobs/${id}/pause`)).status).toBe(202);
    const paused = await server.waitFor(id, 'paused');
    expect((await server.post(`/jobs/${id}/pause`)).status).toBe(202);
    expect(jobSchema.parse(await (await server.post(`/jobs/${id}/resume`)).json()).state).toBe('queued');
    const resumed = await waitForSteps(server, id, paused.progress.steps + 20_000);
    expect(resumed.attempt).toBe(2);
    expect(resumed.progress.episodes).toBeGreaterThan(paused.progress.episodes);
    const steps = await readSteps(server, id);
    expect(steps[0]).toBeLessThan(paused.progress.steps);
    expectToRise(steps);
    await server.post(`/jobs/${id}/cancel`);
    await server.waitFor(id, 'cancelled');
  });

  it('that waits in the queue is paused at once, and can be cancelled', async () => {
    const server = await startTestServer({ maxRunningJobs: 1 });
    await server.postJob('run');
    const { id } = await server.postJob('run');
    expect(await (await server.post(`/jobs/${id}/pause`)).json()).toMatchObject({ state: 'paused' });
    expect(await (await server.post(`/jobs/${id}/cancel`)).json()).toMatchObject({ state: 'cancelled' });
    expect((await server.post(`/jobs/${id}/resume`)).status).toBe(409);
  });
});

describe('a job whose master is killed', () => {
  it(
    'continues from its last checkpoint, without duplicate points of its curve',
    { timeout: 180_000 },
    async () => {
      // Every child of this process then is a master with a job.
      const server = await startTestServer({ spareMaster: false }, 'real');
      const { id } = await start(server);
      for (let kill = 1; kill <= 3; kill += 1) {
        // One that the server has heard of: three masters that die without are too many.
        await waitForCheckpoint(server, id);
        killMaster();
        await vi.waitFor(async () => {
          const job = await server.readJob(id);
          expect(job.attempt).toBe(kill + 1);
          expect(job.state).toBe('running');
        }, patience);
      }
      const { progress } = await server.readJob(id);
      await waitForSteps(server, id, progress.steps + 10_000);
      expectToRise(await readSteps(server, id));
    },
  );

  it('ends as if nothing had happened, to the last bit, in a2c', { timeout: 180_000 }, async () => {
    const server = await startTestServer({ spareMaster: false, maxRunningJobs: 1 }, 'real');
    const fields = {
      algorithm: 'a2c',
      workers: 2,
      network: { shared: false, layers: [{ type: 'dense', units: 96, activation: 'tanh' }] },
      stop: { maxSteps: 1_000_000, targetReward: null },
    };
    const { id } = await start(server, fields);
    await waitForCheckpoint(server, id);
    expect((await server.post(`/jobs/${id}/pause`)).status).toBe(202);
    await server.waitFor(id, 'paused');
    await server.post(`/jobs/${id}/resume`);
    await waitForCheckpoint(server, id);
    killMaster();
    await waitForEnd(server, id);
    const { id: undisturbed } = await start(server, fields);
    await waitForEnd(server, undisturbed);
    expect((await server.readJob(id)).attempt).toBe(3);
    expect((await server.readJob(undisturbed)).attempt).toBe(1);
    for (const model of ['latest', 'best']) {
      const [disturbed, expected] = await Promise.all(
        [id, undisturbed].map((job) => readWeights(server, job, model)),
      );
      expect(disturbed?.equals(expected ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it('starts again, and reports it, if all its checkpoints are damaged', async () => {
    const server = await startTestServer({}, 'real');
    const { id } = await start(server);
    await waitForSteps(server, id, 20_000);
    await server.post(`/jobs/${id}/pause`);
    await server.waitFor(id, 'paused');
    const directory = join(server.data, 'jobs', id);
    for (const name of readdirSync(directory).filter((entry) => entry.startsWith('checkpoint'))) {
      writeFileSync(join(directory, name, 'checkpoint.bin'), 'broken');
    }
    await server.post(`/jobs/${id}/resume`);
    await vi.waitFor(
      async () => {
        const events = await (await server.get(`/jobs/${id}/events?limit=1000`)).text();
        expect(events).toContain('training starts from the beginning');
      },
      { timeout: 40_000, interval: 50 },
    );
    expect((await server.readJob(id)).attempt).toBe(2);
    await waitForSteps(server, id, 0);
  });
});

describe('a job that a server leaves behind', () => {
  it('goes on with the next', async () => {
    const first = await startTestServer({}, 'real');
    const { id } = await start(first);
    const { progress } = await waitForSteps(first, id, 20_000);
    await first.close();
    const second = await startTestServer({ data: first.data }, 'real');
    const resumed = await waitForSteps(second, id, progress.steps);
    expect(resumed.attempt).toBe(2);
    const steps = await readSteps(second, id);
    expect(steps[0]).toBeLessThan(progress.steps);
    expectToRise(steps);
  });
});

describe('a finished job', () => {
  it('that reached its target is refused without a higher one, and shows how far it is with it', async () => {
    const server = await startTestServer({ maxRunningJobs: 1 }, 'real');
    const { id } = await start(server, {
      environment: 'Identity-v0',
      stop: { maxSteps: 1e8, targetReward: 15 },
    });
    const done = await server.waitFor(id, 'succeeded');
    expect(done.endedBy).toBe('targetReward');
    expect(done.stateReason).toMatch(/^reached its target: moving average [\d.]+, targetReward 15$/);
    const refused = await server.post(`/jobs/${id}/resume`, { stop: { maxSteps: 1e9 } });
    expect(await refused.json()).toMatchObject({ status: 409, code: 'STOP_LIMIT_REACHED' });
    const resumed = await server.post(`/jobs/${id}/resume`, { stop: { targetReward: null, maxSteps: 1e9 } });
    expect(resumed.status).toBe(202);
    const { progress, endedBy } = jobSchema.parse(await resumed.json());
    expect(endedBy).toBeNull();
    expect(progress.fraction).toBeCloseTo(progress.steps / 1e9, 6);
    await server.post(`/jobs/${id}/cancel`);
  });

  it('continues with a larger limit, and is refused without', async () => {
    const server = await startTestServer({}, 'real');
    const { id } = await start(server, { stop: { maxSteps: 30_000, targetReward: null } });
    const finished = await server.waitFor(id, 'succeeded');
    const refused = await server.post(`/jobs/${id}/resume`);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'STOP_LIMIT_REACHED' });
    const unfit = await server.post(`/jobs/${id}/resume`, { stop: { maxSteps: null, maxSeconds: 9 } });
    expect(await unfit.json()).toMatchObject({ code: 'INVALID_JOB' });
    expect((await server.post(`/jobs/${id}/resume`, { stop: { maxSteps: 60_000 } })).status).toBe(202);
    const again = await server.waitFor(id, 'succeeded');
    expect(again.progress.steps).toBeGreaterThanOrEqual(60_000);
    expect(again.progress.episodes).toBeGreaterThan(finished.progress.episodes);
    expect(again.spec.stop.maxSteps).toBe(60_000);
  });
});

function killMaster(): void {
  for (const name of readdirSync('/proc'))
    if (/^\d+$/.test(name) && isOwnMaster(name)) process.kill(Number(name), 'SIGKILL');
}

function isOwnMaster(pid: string): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const arguments_ = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return new RegExp(`^PPid:\\s+${process.pid}$`, 'm').test(status) && arguments_.includes('master');
  } catch {
    return false;
  }
}
