// Rounds with workers on other machines: the bytes of threads, and workers that leave and come.
import { describe, expect, it } from 'vitest';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { endless, expectProgress } from '../../fixtures/expect-progress.ts';
import { hasNatsServer, startNatsServer } from '../../fixtures/nats-server.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { startWorkerProcess } from '../../fixtures/worker-process.ts';

/** Steps of some 20 rounds of ppo. */
const rounds = 5_000;

async function readWeights(server: TestServer, id: string): Promise<Buffer> {
  return Buffer.from(await (await server.get(`/jobs/${id}/models/latest/weights.bin`)).arrayBuffer());
}

describe.skipIf(!hasNatsServer)(
  'a job that learns in rounds, with workers on other machines',
  { timeout: 120_000 },
  () => {
    it.each([
      ['a2c', {}],
      ['ppo', { ppo: { epochs: 2, minibatches: 4 } }],
    ] as const)('ends with the bytes of one with threads: %s', async (algorithm, settings) => {
      const nats = await startNatsServer();
      const server = await startTestServer({ nats: nats.address }, 'real');
      startWorkerProcess(nats.address, ['--slots', '2']);
      const request: JobRequest = {
        environment: 'CartPole-v1',
        algorithm,
        ...settings,
        seed: 3,
        workers: 2,
        environmentsPerWorker: 4,
        normalizeObservations: true,
        stop: { maxSteps: 3_000, targetReward: null },
        evaluation: { episodes: 1, everySteps: 3_000 },
      };
      const weights: Buffer[] = [];
      for (const remoteWorkers of [0, 1, 2]) {
        const { id } = await server.postJob('job', { ...request, remoteWorkers });
        await server.waitFor(id, 'succeeded');
        weights.push(await readWeights(server, id));
      }
      const [threads, mixed, remote] = weights;
      expect(threads?.length).toBeGreaterThan(100);
      expect(mixed).toEqual(threads);
      expect(remote).toEqual(threads);
    });

    it('goes on with the rounds of ppo when a worker leaves, and with it when it is back', async () => {
      const nats = await startNatsServer();
      const server = await startTestServer({ nats: nats.address }, 'real');
      const [first, second] = [1, 2].map(() => startWorkerProcess(nats.address, ['--slots', '1']));
      const { id } = await server.postJob('rounds', {
        algorithm: 'ppo',
        workers: 2,
        remoteWorkers: 2,
        ...endless,
        checkpoint: { everySeconds: 1 },
      });
      await Promise.all([first?.waitForLog('works for a job'), second?.waitForLog('works for a job')]);
      await expectProgress(server, id, rounds);
      first?.signal('SIGTERM');
      expect(await first?.exited).toBe(0);
      await expectProgress(server, id, rounds);
      const third = startWorkerProcess(nats.address, ['--slots', '1']);
      await third.waitForLog('works for a job');
      await expectProgress(server, id, rounds);
      // Neither checkpoints nor a pause wait for a worker that is gone.
      second?.signal('SIGKILL');
      expect((await server.post(`/jobs/${id}/pause`)).status).toBeLessThan(300);
      expect((await server.waitFor(id, 'paused')).checkpoint?.steps).toBeGreaterThan(0);
    });
  },
);
