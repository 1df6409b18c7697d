// Remote environments on a real server: who may connect, what peers may send, and what jobs do with them.
import { createConnection } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  corridorHello,
  RemotePeer,
  type PeerOptions,
  type PeerQuestion,
} from '../../fixtures/remote-peer.ts';
import { patience, startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const environment = 'remote:Corridor-v1';
/** Ends after a few hundred steps. */
const shortJob = {
  environment,
  workers: 1,
  stop: { maxSteps: 400 },
  evaluation: { episodes: 2 },
} as const;

async function readErrors(server: TestServer): Promise<Map<string, number>> {
  const text = await (await server.get('/metrics')).text();
  const found = text.matchAll(/^a3c_remote_peer_errors_total\{kind="(\w+)"\} (\d+)$/gm);
  return new Map([...found].map(([, kind = '', count]) => [kind, Number(count)]));
}

async function readMetric(server: TestServer, name: string): Promise<number> {
  const text = await (await server.get('/metrics')).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  );
}

const listSchema = z.object({
  data: z.array(z.object({ id: z.string(), peers: z.int().optional(), observationSpace: z.unknown() })),
});
async function findListed(server: TestServer) {
  const { data } = listSchema.parse(await (await server.get('/environments')).json());
  return data.filter(({ id }) => id.startsWith('remote:'));
}

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

  it('cannot be watched, which would take its worlds away', async () => {
    const server = await startTestServer({}, 'real');
    await RemotePeer.connect(server.url);
    const { id } = await server.postJob('short', shortJob);
    await server.waitFor(id, 'succeeded');
    const response = await server.get(`/jobs/${id}/play`);
    expect([response.status, (await response.text()).includes('REMOTE_NOT_PLAYABLE')]).toEqual([409, true]);
  });
});

const connect = async (server: TestServer, options: PeerOptions): Promise<string> => {
  try {
    await RemotePeer.connect(server.url, { greets: false, ...options });
    return 'connected';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('access', () => {
  const tokens = { token: 'main-token', readToken: 'read-token', peerToken: 'peer-token' };

  it('needs one of the tokens that may connect', async () => {
    const server = await startTestServer(tokens);
    expect(await connect(server, {})).toContain('401');
    expect(await connect(server, { token: 'wrong' })).toContain('401');
    expect(await connect(server, { token: 'read-token' })).toContain('403');
    expect(await connect(server, { token: 'peer-token' })).toBe('connected');
    expect(await connect(server, { token: 'main-token' })).toBe('connected');
    expect(await connect(server, { headers: { authorization: 'Bearer peer-token' } })).toBe('connected');
  });

  it('lets a peer’s token do nothing else', async () => {
    const server = await startTestServer(tokens);
    const authorization = 'Bearer peer-token';
    for (const path of ['/jobs', '/environments', '/metrics', '/openapi.json'])
      expect((await server.get(path, { authorization })).status).toBe(401);
    expect((await server.post('/jobs', { environment: 'CartPole-v1' }, { authorization })).status).toBe(401);
  });

  it('counts wrong tokens', async () => {
    const server = await startTestServer(tokens, 'scripted', { maxWrongTokensPerMinute: 2 });
    expect(await connect(server, { token: 'wrong-1' })).toContain('401');
    expect(await connect(server, { token: 'wrong-2' })).toContain('401');
    expect(await connect(server, { token: 'peer-token' })).toContain('429');
  });

  it('does not send the token back', async () => {
    const server = await startTestServer(tokens);
    const peer = await RemotePeer.connect(server.url, { token: 'peer-token' });
    expect(peer.socket.protocol).toBe('a3c-environment');
  });

  it('refuses pages of other sites, which could connect with whatever the browser knows', async () => {
    const server = await startTestServer();
    const foreign = { origin: 'https://evil.example' };
    expect(await connect(server, { headers: foreign })).toContain('403');
    expect(await connect(server, { headers: { ...foreign, 'sec-fetch-site': 'cross-site' } })).toContain(
      '403',
    );
    expect(await connect(server, { headers: { origin: 'null' } })).toContain('403');
    expect(await connect(server, { headers: { host: 'evil.example' } })).toContain('403');
    expect(await connect(server, { headers: { origin: server.url } })).toBe('connected');
    const open = await startTestServer({ corsOrigin: ['https://game.example'] });
    expect(await connect(open, { headers: { origin: 'https://game.example' } })).toBe('connected');
  });

  it('is limited', async () => {
    const server = await startTestServer({}, 'scripted', { maxPeers: 1 });
    expect(await connect(server, {})).toBe('connected');
    expect(await connect(server, {})).toContain('429');
  });

  it('explains itself to a plain request, and ignores other upgrades', async () => {
    const server = await startTestServer();
    const plain = await server.get('/environments/remote');
    expect([plain.status, (await plain.text()).includes('UPGRADE_REQUIRED')]).toEqual([426, true]);
    const head = await new Promise<string>((resolve) => {
      const socket = createConnection(Number(new URL(server.url).port), '127.0.0.1', () =>
        socket.write(
          'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n',
        ),
      );
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
    });
    expect(head).toMatch(/^HTTP\/1\.1 200/);
  });
});

/** A peer that sends something in place of its first answer to a step. */
const answerStep =
  (message: (question: PeerQuestion) => unknown): NonNullable<PeerOptions['misbehave']> =>
  (question, peer) => {
    if (question.type !== 'step') return false;
    peer.send(message(question));
    return true;
  };

const ends = { terminated: [false], truncated: [false] };
const right = { type: 'answer', observations: [[1, 0, 0, 0, 0]], rewards: [0], ...ends };

describe('a peer that breaks the protocol is told why, disconnected and counted:', () => {
  it.each([
    ['no JSON', 'hello', 4000, 'this is no JSON', /not JSON/],
    ['another protocol', 'hello', 4000, { ...corridorHello, protocol: 2 }, /protocol 2 is unknown.*speaks 1/],
    [
      'an unknown field',
      'hello',
      4000,
      { ...corridorHello, world: 1 },
      /hello: world: unknown field; did you mean worlds/,
    ],
    [
      'a bad name',
      'hello',
      4000,
      { ...corridorHello, environment: 'Corridor' },
      /environment: expected a name with a version/,
    ],
    [
      'a huge space',
      'hello',
      4000,
      { ...corridorHello, observationSpace: { type: 'box', shape: [1e6, 1e6] } },
      /more than 1048576 numbers/,
    ],
    ['an answer before the hello', 'hello', 4000, { ...right, id: 1 }, /hello: /],
    ['a binary hello', 'hello', 4000, Buffer.from('{}'), /must be a hello in text/],
    [
      'a hello that is too large',
      'size',
      4007,
      { ...corridorHello, description: 'x'.repeat(70_000) },
      /hello has 70\d+ bytes/,
    ],
  ] as const)('%s', async (_name, kind, code, message, reason) => {
    const server = await startTestServer();
    const peer = await RemotePeer.connect(server.url, { greets: false });
    peer.send(message);
    const end = await peer.closed;
    expect([end.code, end.reason.length <= 123]).toEqual([code, true]);
    expect(peer.questions.at(-1)).toMatchObject({
      type: 'error',
      kind,
      message: expect.stringMatching(reason),
    });
    expect((await readErrors(server)).get(kind)).toBe(1);
  });

  it('a declaration that is not that of the other peers', async () => {
    const server = await startTestServer();
    const first = await RemotePeer.connect(server.url);
    const hello = { actionSpace: { type: 'discrete', n: 3 } };
    const second = await RemotePeer.connect(server.url, { hello });
    expect((await second.closed).reason).toMatch(
      /Corridor-v1 was declared differently \(actionSpace\).*new version/,
    );
    expect((await readErrors(server)).get('declaration')).toBe(1);
    expect(await findListed(server)).toMatchObject([{ peers: 1 }]);
    // Nobody uses it any more: a developer may change it.
    first.socket.close();
    await first.closed;
    await vi.waitFor(async () => expect(await findListed(server)).toMatchObject([{ peers: 0 }]), patience);
    const third = await RemotePeer.connect(server.url, { hello });
    await vi.waitFor(() => expect(third.questions).toMatchObject([{ type: 'welcome' }]), patience);
  });

  it('an answer that nobody asked for', async () => {
    const server = await startTestServer();
    const peer = await RemotePeer.connect(server.url);
    peer.send({ ...right, id: 7 });
    expect(await peer.closed).toEqual({ code: 4003, reason: 'nobody asked question 7' });
  });

  const cases: [string, string, number, (question: PeerQuestion) => unknown, RegExp][] = [
    ['no JSON', 'format', 4002, () => '{', /not JSON/],
    ['binary in text mode', 'format', 4002, () => Buffer.alloc(8), /declared the encoding json/],
    ['another type', 'format', 4002, ({ id }) => ({ ...right, id, type: 'step' }), /answer: type: /],
    ['another id', 'unasked', 4003, () => ({ ...right, id: 999_999 }), /nobody asked question 999999/],
    [
      'too few rows',
      'shape',
      4004,
      ({ id }) => ({ ...right, id, rewards: [] }),
      /rewards has 0 elements; it needs 1/,
    ],
    [
      'no rewards',
      'shape',
      4004,
      ({ id }) => ({ type: 'answer', id, observations: right.observations }),
      /rewards is missing/,
    ],
    [
      'masks',
      'shape',
      4004,
      ({ id }) => ({ ...right, id, masks: [[1, 1]] }),
      /masks has 1 elements; it does not belong/,
    ],
    [
      'a short observation',
      'shape',
      4004,
      ({ id }) => ({ ...right, id, observations: [[1]] }),
      /an observation of 1 numbers; its space has the shape \[5\]/,
    ],
    [
      'a text in an observation',
      'shape',
      4004,
      ({ id }) => ({ ...right, id, observations: [[1, 0, 0, 0, 'x']] }),
      /element 4 is "x"/,
    ],
    [
      'NaN',
      'shape',
      4004,
      ({ id }) => ({ ...right, id, observations: [[1, 0, 0, 0, Number.NaN]] }),
      /element 4 is null/,
    ],
    [
      'a number too large for float32',
      'number',
      4005,
      ({ id }) => ({ ...right, id, observations: [[1, 0, 0, 0, 1e39]] }),
      /finite/,
    ],
    [
      'a reward that is no number',
      'number',
      4005,
      ({ id }) => ({ ...right, id, rewards: [null] }),
      /rewards\[0\] is not a finite number/,
    ],
    [
      'too much',
      'size',
      4007,
      ({ id }) => JSON.stringify({ ...right, id, observations: [Array(5000).fill(0)] }),
      /the answer has \d+ bytes, more than \d+/,
    ],
  ];
  it.each(cases)('an answer with %s', async (_name, kind, code, message, reason) => {
    const server = await startTestServer({}, 'real');
    const bad = await RemotePeer.connect(server.url, { misbehave: answerStep(message) });
    const { id } = await server.postJob('bad peer', shortJob);
    expect((await bad.closed).code).toBe(code);
    expect(bad.questions.at(-1)).toMatchObject({ kind, message: expect.stringMatching(reason) });
    expect((await readErrors(server)).get(kind)).toBe(1);
    // The job is unharmed: a good peer takes the place.
    await RemotePeer.connect(server.url);
    await server.waitFor(id, 'succeeded');
  });

  const binary: [string, string, number, (question: PeerQuestion) => Buffer, RegExp][] = [
    ['too few bytes', 'shape', 4004, () => Buffer.alloc(3), /has 3 bytes; it needs at least 8/],
    [
      'a wrong length',
      'shape',
      4004,
      ({ id }) => createAnswer(id, 2, 6),
      /has 32 bytes; for 1 worlds it needs 36/,
    ],
    [
      'another kind',
      'format',
      4002,
      ({ id }) => createAnswer(id, 1, 7),
      /its kind is not that of the question/,
    ],
    [
      'NaN',
      'number',
      4005,
      ({ id }) => createAnswer(id, 2, 7, Number.NaN),
      /row 0 has a number that is not finite/,
    ],
    ['an unknown end', 'format', 4002, ({ id }) => createAnswer(id, 2, 7, 0, 3), /end 0 is 3, not 0, 1 or 2/],
  ];
  it.each(binary)('a binary answer with %s', async (_name, kind, code, message, reason) => {
    const server = await startTestServer({}, 'real');
    const bad = await RemotePeer.connect(server.url, { encoding: 'binary', misbehave: answerStep(message) });
    await server.postJob('bad peer', shortJob);
    expect((await bad.closed).code).toBe(code);
    expect(bad.questions.at(-1)).toMatchObject({ kind, message: expect.stringMatching(reason) });
  });

  it('no answer in time', async () => {
    const server = await startTestServer({}, 'real');
    const silent = await RemotePeer.connect(server.url, { misbehave: ({ type }) => type === 'step' });
    const { id } = await server.postJob('silent', { ...shortJob, environmentTimeoutSeconds: 0.5 });
    expect(await silent.closed).toEqual({
      code: 4006,
      reason: 'no answer within 0.5 s (environmentTimeoutSeconds)',
    });
    expect((await readErrors(server)).get('timeout')).toBe(1);
    await RemotePeer.connect(server.url);
    await server.waitFor(id, 'succeeded');
  });
});

/** A binary answer with `numbers` words behind the header: the first is `first`, the last `last`. */
function createAnswer(
  id = 0,
  ...[kind, numbers, first = 0, last = 0]: [kind: number, numbers: number, first?: number, last?: number]
): Buffer {
  const message = Buffer.alloc(8 + 4 * numbers);
  message.writeUInt32LE(kind, 0);
  message.writeUInt32LE(id, 4);
  message.writeFloatLE(first, 8);
  message.writeUInt32LE(last, message.length - 4);
  return message;
}

describe('a job whose peers only make mistakes', () => {
  it('fails with the last one, after ten in a row', async () => {
    const server = await startTestServer({}, 'real');
    let connections = 0;
    const keepConnecting = async (): Promise<void> => {
      connections += 1;
      const misbehave = answerStep(({ id }) => ({ ...right, id, rewards: ['much'] }));
      const peer = await RemotePeer.connect(server.url, { misbehave });
      void peer.closed.then(() => (connections < 20 ? keepConnecting() : undefined)).catch(() => undefined);
    };
    await keepConnecting();
    const { id } = await server.postJob('hopeless', shortJob);
    const job = await server.waitFor(id, 'failed');
    expect(job.error).toEqual({
      code: 'REMOTE_ENVIRONMENT_FAILED',
      message: expect.stringMatching(
        /^Corridor-v1: 10 peers in a row were disconnected without a step; the last one: answer \d+: rewards\[0\] is not a finite number$/,
      ),
    });
    expect((await server.get('/readyz')).status).toBe(200);
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
