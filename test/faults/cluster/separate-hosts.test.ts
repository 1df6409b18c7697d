// Trainers and workers on hosts of their own, whose network is cut and healed.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { A3CClient } from '../../../src/client.ts';
import { leaseMs } from '../../../src/trainer/cluster/cluster.ts';
import { endless, expectProgress } from '../../fixtures/expect-progress.ts';
import { hasNatsServer, startNatsServer, type NatsServer } from '../../fixtures/nats-server.ts';
import { patience, startTestServer } from '../../fixtures/running-server.ts';
import { canSeparateHosts, openNetwork, type Host, type Network } from '../../fixtures/separate-hosts.ts';
import { startTrainerProcess, startWorkerProcess } from '../../fixtures/worker-process.ts';

async function startHub(network: Network): Promise<NatsServer> {
  return await startNatsServer({
    prefix: network.hub.prefix,
    listens: '0.0.0.0',
    address: network.here.hubAddress,
  });
}

/** Address of the hub's NATS, seen from a host. */
function seenFrom(host: Host, nats: NatsServer): string {
  return `nats://${host.hubAddress}:${new URL(nats.address).port}`;
}

describe.skipIf(!hasNatsServer || !canSeparateHosts)(
  'hosts with a network between',
  { timeout: 180_000 },
  () => {
    it('a job goes on elsewhere when its host is cut off, which takes the next job when it is back', async () => {
      const network = openNetwork();
      const nats = await startHub(network);
      const server = await startTestServer({ nats: nats.address, train: false });
      const client = new A3CClient({ url: server.url });
      const start = (host: Host) =>
        startTrainerProcess(seenFrom(host, nats), ['--max-running-jobs', '1'], { prefix: host.prefix });
      const [first, second] = [network.addHost(), network.addHost()];
      const trainer = start(first);
      const { id } = await server.postJob('job', { ...endless, checkpoint: { everySeconds: 1 } });
      await server.waitFor(id, 'running');
      await expectProgress(server, id);
      const other = start(second);
      await other.waitForLog('waits for jobs');
      first.cut();
      await other.waitForLog('job started');
      await expectProgress(server, id);
      first.heal();
      await trainer.waitForLog('job is lost');
      const next = await server.postJob('next', { stop: { maxSteps: 1_000, targetReward: null } });
      await server.waitFor(next.id, 'succeeded');
      await expectProgress(server, id);
      const steps = (await client.getMetrics(id)).map((point) => point.steps);
      expect(steps).toEqual([...steps].sort((left, right) => left - right));
      await server.post(`/jobs/${id}/cancel`);
      await server.waitFor(id, 'cancelled');
    });

    it('a worker is replaced while its host is cut off, and works again when it is back', async () => {
      const network = openNetwork();
      const nats = await startHub(network);
      const server = await startTestServer({ nats: nats.address }, 'real');
      const [first, second] = [network.addHost(), network.addHost()];
      const [worker, other] = [first, second].map((host) =>
        startWorkerProcess(seenFrom(host, nats), ['--slots', '1'], { prefix: host.prefix }),
      );
      const { id } = await server.postJob('job', { workers: 2, remoteWorkers: 2, ...endless });
      await Promise.all([worker, other].map(async (started) => await started?.waitForLog('works for a job')));
      await expectProgress(server, id);
      first.cut();
      await sleep(2 * leaseMs);
      await expectProgress(server, id);
      other?.signal('SIGKILL');
      first.heal();
      // The only one that is left: without it, the job would stand still.
      await vi.waitFor(async () => {
        expect((await server.readJob(id)).workerRestarts).toBeGreaterThanOrEqual(2);
      }, patience);
      await expectProgress(server, id);
      expect((await server.readJob(id)).error).toBeNull();
    });
  },
);
