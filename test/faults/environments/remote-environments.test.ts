// Remote environments whose peers, masters and servers go away, and come back.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { A3CClient } from '../../../src/client.ts';
import { z } from 'zod';
import { eventPageSchema } from '../../../src/shared/api/job-event.ts';
import { RemotePeer } from '../../fixtures/remote-peer.ts';
import { killProcess, listMasters } from '../../fixtures/faults/process-tree.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const environment = 'remote:Corridor-v1';
const endless = { maxSteps: 100_000_000, targetReward: null };
const example = join(import.meta.dirname, '../../../examples/remote/environment.ts');

function startExample(url: string): ChildProcess {
  const peer = spawn(process.execPath, [example], {
    env: { ...process.env, A3C_URL: url },
    stdio: 'ignore',
  });
  onTestFinished(() => {
    peer.kill('SIGKILL');
  });
  return peer;
}

async function waitForPeers(server: TestServer, count: number): Promise<void> {
  const listSchema = z.object({ data: z.array(z.object({ peers: z.int().optional() })) });
  await vi.waitFor(async () => {
    const { data } = listSchema.parse(await (await server.get('/environments')).json());
    expect(data.reduce((sum, { peers = 0 }) => sum + peers, 0)).toBe(count);
  }, patience);
}

async function waitForSteps(server: TestServer, id: string, steps: number): Promise<void> {
  await vi.waitFor(async () => {
    expect((await server.readJob(id)).progress.steps).toBeGreaterThan(steps);
  }, patience);
}

/** Posts a job that has written a checkpoint; returns its id. */
async function postCheckpointed(server: TestServer, key: string): Promise<string> {
  const { id } = await server.postJob(key, {
    environment,
    workers: 2,
    stop: endless,
    checkpoint: { everySeconds: 1 },
  });
  await vi.waitFor(async () => {
    expect((await server.readJob(id)).checkpoint?.steps).toBeGreaterThan(0);
  }, patience);
  return id;
}

async function readSteps(server: TestServer, id: string): Promise<number> {
  return (await server.readJob(id)).progress.steps;
}

/** Return and length of each episode whose event the server has. */
async function readEpisodes(server: TestServer, id: string): Promise<string[]> {
  const { data } = eventPageSchema.parse(await (await server.get(`/jobs/${id}/events?limit=1000`)).json());
  return data.flatMap((event) =>
    event.type === 'episode' ? [`${event.data.return} in ${event.data.length}`] : [],
  );
}

describe('a killed peer', () => {
  it('pauses the job, which goes on and learns when the peer is back', { timeout: 180_000 }, async () => {
    const server = await startTestServer({}, 'real');
    let peer = startExample(server.url);
    await waitForPeers(server, 1);
    const { id } = await server.postJob('learns', {
      environment,
      workers: 2,
      seed: 3,
      stop: { maxSteps: 16_000, targetReward: null },
      evaluation: { everySteps: 4_000, episodes: 5 },
    });
    for (const steps of [1_000, 4_000]) {
      await waitForSteps(server, id, steps);
      peer.kill('SIGKILL');
      await once(peer, 'exit');
      await waitForPeers(server, 0);
      const before = await vi.waitFor(async () => {
        const first = await readSteps(server, id);
        await sleep(300);
        expect(await readSteps(server, id)).toBe(first);
        return first;
      }, patience);
      await sleep(500);
      expect(await readSteps(server, id)).toBe(before);
      expect((await server.readJob(id)).state).toBe('running');
      peer = startExample(server.url);
    }
    const job = await new A3CClient({ url: server.url }).waitFor(id);
    expect(job).toMatchObject({ state: 'succeeded', error: null });
    // The shortest way out takes eight steps; seven of them cost 0.01.
    expect(job.reward.best).toBeCloseTo(0.93, 5);
    expect(job.workerRestarts).toBe(0);
  });

  it('gives no reward from nowhere: interrupted episodes do not count', async () => {
    const server = await startTestServer({}, 'real');
    let stepsLeft = 0;
    let answered = 0;
    let leavings = 0;
    // Ten steps, each with the reward 1; the peer leaves at any of them, also between two.
    const connect = async (): Promise<void> => {
      let episode = 0;
      stepsLeft = 5 + Math.floor(37 * ((leavings * 0.618) % 1));
      const peer = await RemotePeer.connect(server.url, {
        misbehave: ({ type, id }, self) => {
          episode = type === 'reset' ? 0 : episode + 1;
          stepsLeft -= 1;
          if (stepsLeft === 0) {
            leavings += 1;
            self.socket.terminate();
            return true;
          }
          const observations = [[1, 0, 0, 0, 0]];
          if (type === 'reset') self.send({ type: 'answer', id, observations });
          else {
            answered += 1;
            const ends = { terminated: [episode === 10], truncated: [false] };
            self.send({ type: 'answer', id, observations, rewards: [1], ...ends });
          }
          if (stepsLeft === 1 && leavings % 2 === 0) {
            leavings += 1;
            self.socket.close();
          }
          return true;
        },
      });
      void peer.closed.then(connect).catch(() => undefined);
    };
    await connect();
    const { id } = await server.postJob('cut', {
      environment,
      workers: 1,
      stop: { maxSteps: 2_000, targetReward: null },
      evaluation: { episodes: 3 },
    });
    const job = await server.waitFor(id, 'succeeded');
    expect(leavings).toBeGreaterThan(40);
    const episodes = await readEpisodes(server, id);
    expect(episodes.length).toBeGreaterThan(50);
    expect(new Set(episodes)).toEqual(new Set(['10 in 10']));
    expect(job.reward.best).toBe(10);
    // A step that was not taken counts as a step, but once for each time that the peer left.
    expect(job.progress.steps).toBeLessThanOrEqual(answered + leavings);
  });

  it('of several leaves the others at work', async () => {
    const server = await startTestServer({}, 'real');
    const [first, second] = [await RemotePeer.connect(server.url), await RemotePeer.connect(server.url)];
    await waitForPeers(server, 2);
    const { id } = await server.postJob('two', { environment, workers: 2, stop: endless });
    await vi.waitFor(() => expect(Math.min(first.steps, second.steps)).toBeGreaterThan(100), patience);
    first.socket.terminate();
    await waitForPeers(server, 1);
    const before = second.steps;
    await vi.waitFor(() => expect(second.steps).toBeGreaterThan(before + 500), patience);
    await server.post(`/jobs/${id}/cancel`);
    await server.waitFor(id, 'cancelled');
  });
});

describe('a job with fewer worlds than it wants', () => {
  it.each(['a3c', 'a2c', 'ppo'] as const)('%s trains with one world for two workers', async (algorithm) => {
    const server = await startTestServer({}, 'real');
    await RemotePeer.connect(server.url);
    const { id } = await server.postJob('one world', {
      environment,
      algorithm,
      workers: 2,
      rolloutLength: 16,
      stop: { maxSteps: 600 },
      evaluation: { episodes: 2, everySteps: 100 },
      checkpoint: { everySeconds: 1 },
    });
    await server.waitFor(id, 'succeeded');
  });

  it('waits for another job that has them', async () => {
    const server = await startTestServer({}, 'real');
    await RemotePeer.connect(server.url);
    const first = await server.postJob('first', { environment, workers: 1, stop: endless });
    await waitForSteps(server, first.id, 100);
    const second = await server.postJob('second', { environment, workers: 1, stop: { maxSteps: 200 } });
    await server.waitFor(second.id, 'running');
    await sleep(500);
    expect(await readSteps(server, second.id)).toBe(0);
    await server.post(`/jobs/${first.id}/cancel`);
    await server.waitFor(second.id, 'succeeded');
  });

  it.each(['pause', 'cancel'] as const)('can be ended by %s while it waits', async (action) => {
    const server = await startTestServer({}, 'real');
    const peer = await RemotePeer.connect(server.url);
    const { id } = await server.postJob('waits', { environment, workers: 2, stop: endless });
    await waitForSteps(server, id, 200);
    peer.socket.terminate();
    await waitForPeers(server, 0);
    await server.post(`/jobs/${id}/${action}`);
    const ended = await server.waitFor(id, action === 'pause' ? 'paused' : 'cancelled');
    if (action === 'cancel') return;
    expect(ended.checkpoint?.steps).toBeGreaterThan(200);
    await server.post(`/jobs/${id}/resume`, { stop: { maxSteps: ended.progress.steps + 300 } });
    await RemotePeer.connect(server.url);
    const resumed = await server.waitFor(id, 'succeeded');
    expect(resumed.progress.steps).toBeGreaterThanOrEqual(ended.progress.steps + 300);
  });

  it('writes checkpoints while it waits', async () => {
    const server = await startTestServer({}, 'real');
    await RemotePeer.connect(server.url);
    await postCheckpointed(server, 'checkpoints');
  });
});

describe('kill -9', () => {
  it('of a master: its peers stay, and the next attempt resets them', async () => {
    const server = await startTestServer({}, 'real');
    const peer = await RemotePeer.connect(server.url, { worlds: 2 });
    const id = await postCheckpointed(server, 'killed');
    const [master] = listMasters(process.pid);
    if (master === undefined) throw new Error('there is no master');
    killProcess(master);
    await vi.waitFor(async () => expect((await server.readJob(id)).attempt).toBe(2), patience);
    const { resets, steps } = peer;
    await vi.waitFor(() => {
      expect(peer.resets).toBeGreaterThan(resets);
      expect(peer.steps).toBeGreaterThan(steps + 200);
    }, patience);
    expect(peer.socket.readyState).toBe(peer.socket.OPEN);
  });

  it('of the server’s connections, by a restart: the job goes on from its checkpoint', async () => {
    const data = createTemporaryDirectory();
    const first = await startTestServer({ data }, 'real');
    await RemotePeer.connect(first.url);
    const { id } = await first.postJob('survives', { environment, workers: 1, stop: endless });
    await waitForSteps(first, id, 300);
    await first.close();
    const second = await startTestServer({ data }, 'real');
    await second.waitFor(id, 'running');
    const before = await readSteps(second, id);
    expect(before).toBeGreaterThan(300);
    await RemotePeer.connect(second.url);
    await waitForSteps(second, id, before + 200);
  });
});
