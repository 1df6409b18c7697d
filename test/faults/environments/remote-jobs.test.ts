// Remote environments on a real server: what jobs do with their peers.
import { createConnection } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { findListed, readErrors, readMetric } from '../../fixtures/remote-figures.ts';
import { RemotePeer } from '../../fixtures/remote-peer.ts';
import { patience, startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const environment = 'remote:Corridor-v1';
/** Ends after a few hundred steps. */
const shortJob = {
  environment,
  workers: 1,
  stop: { maxSteps: 400 },
  evaluation: { episodes: 2 },
} as const;

describe('a job with a remote environment', () => {
  it.each([
    ['json', 1, 1],
    ['binary', 1, 1],
    ['json', 4, 3],
    ['binary', 4, 3],
  ] as const)('trains with a peer that speaks %s and has %i worlds', async (encoding, worlds, perWorker) => {
    const server = await startTestServer({}, 'real');
    const peer = await RemotePeer.connect(server.url, { encoding, worlds });
    await vi.waitFor(
      async () => expect(await findListed(server)).toMatchObject([{ id: environment, peers: 1 }]),
      patience,
    );
    const { id } = await server.postJob('short', { ...shortJob, environmentsPerWorker: perWorker });
    const job = await server.waitFor(id, 'succeeded');
    // Every step of the job is one of the peer; those of evaluations come on top.
    expect(job.progress.steps).toBeGreaterThanOrEqual(400);
    expect(peer.steps).toBeGreaterThan(job.progress.steps);
    expect(peer.questions.find(({ type }) => type === 'reset')?.seeds.every((seed) => seed >= 0)).toBe(true);
    expect([...(await readErrors(server)).values()].some((count) => count > 0)).toBe(false);
  });

  it('asks all worlds of a batch at once', async () => {
    const server = await startTestServer({}, 'real');
    const peer = await RemotePeer.connect(server.url, { worlds: 3 });
    const { id } = await server.postJob('batch', { ...shortJob, environmentsPerWorker: 3 });
    await server.waitFor(id, 'succeeded');
    const steps = peer.questions.filter(({ type }) => type === 'step');
    const together = steps.filter(({ worlds }) => worlds.length === 3);
    // Evaluations step one world.
    expect(together.length).toBeGreaterThan(100);
    expect(together.every(({ worlds }) => new Set(worlds).size === 3)).toBe(true);
  });

  it('takes one world for each worker unless it asks for more', async () => {
    const server = await startTestServer({}, 'real');
    await RemotePeer.connect(server.url, {});
    const { spec } = await server.postJob('default', { environment, stop: { maxSteps: 100 } });
    expect(spec.environmentsPerWorker).toBe(1);
  });

  it('is refused while no peer has ever declared it, and says how one connects', async () => {
    const server = await startTestServer();
    const response = await server.post('/jobs', { environment: 'remote:Nobody-v1' });
    expect(response.status).toBe(422);
    expect(await response.text()).toMatch(/no peer has connected.*WebSocket.*remote-environments\.md/);
  });

  it('may be posted while its peers are away, also after a restart of the server', async () => {
    const data = createTemporaryDirectory();
    const first = await startTestServer({ data });
    const peer = await RemotePeer.connect(first.url);
    await vi.waitFor(() => expect(peer.questions).toHaveLength(1), patience);
    await first.close();
    expect((await peer.closed).code).toBe(1001);
    const second = await startTestServer({ data }, 'real');
    expect(await findListed(second)).toMatchObject([{ id: environment, peers: 0 }]);
    const { id } = await second.postJob('early', shortJob);
    await second.waitFor(id, 'running');
    await RemotePeer.connect(second.url);
    await second.waitFor(id, 'succeeded');
  });

  it('needs a server that trains by itself', async () => {
    const server = await startTestServer({ nats: 'nats://127.0.0.1:1', natsRequired: false });
    await RemotePeer.connect(server.url);
    const response = await server.post('/jobs', { environment });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('remote environments need a server without --nats');
  });

  it.each(['json', 'binary'] as const)('takes only actions that the peer allows, in %s', async (encoding) => {
    const server = await startTestServer({}, 'real');
    const peer = await RemotePeer.connect(server.url, { encoding, worlds: 2, mask: [0, 1] });
    const { id } = await server.postJob('masked', { ...shortJob, environmentsPerWorker: 2 });
    await server.waitFor(id, 'succeeded');
    const actions = peer.questions.flatMap((question) => question.actions);
    expect(actions.length).toBeGreaterThan(400);
    expect(new Set(actions)).toEqual(new Set([1]));
  });

  it('cannot be watched or evaluated on demand, which would take its worlds away', async () => {
    const server = await startTestServer({}, 'real');
    await RemotePeer.connect(server.url);
    const { id } = await server.postJob('short', shortJob);
    await server.waitFor(id, 'succeeded');
    const response = await server.get(`/jobs/${id}/play`);
    expect([response.status, (await response.text()).includes('REMOTE_NOT_PLAYABLE')]).toEqual([409, true]);
    const evaluation = await server.post(`/jobs/${id}/evaluations`, { episodes: 1 });
    expect([evaluation.status, await evaluation.json()]).toMatchObject([
      409,
      { code: 'REMOTE_NOT_PLAYABLE' },
    ]);
  });
});

describe('peers that leave', () => {
  it('do not keep the server from stopping, even if they ignore that it says goodbye', async () => {
    const server = await startTestServer();
    const port = Number(new URL(server.url).port);
    const upgrade =
      'GET /environments/remote HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
    const socket = createConnection(port, '127.0.0.1', () => socket.write(upgrade));
    await new Promise((resolve) => socket.once('data', resolve));
    await server.close();
    socket.destroy();
  });

  it('are counted', async () => {
    const server = await startTestServer();
    const peer = await RemotePeer.connect(server.url, { worlds: 3 });
    await vi.waitFor(async () => expect(await readMetric(server, 'a3c_remote_peers')).toBe(1), patience);
    expect(await readMetric(server, 'a3c_remote_worlds{state="free"}')).toBe(3);
    peer.socket.terminate();
    await vi.waitFor(async () => expect(await readMetric(server, 'a3c_remote_peers')).toBe(0), patience);
  });
});
