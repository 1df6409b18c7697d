// What peers of remote environments may send: everything else is named and counted, and harms no job.
import { describe, expect, it, vi } from 'vitest';
import { closeCodes } from '../../../src/server/remote-environments/peer.ts';
import type { PeerErrorKind } from '../../../src/server/remote-environments/peer-messages.ts';
import { findListed, readErrors } from '../../fixtures/remote-figures.ts';
import {
  corridorHello,
  encodeAnswer,
  RemotePeer,
  type PeerOptions,
  type PeerQuestion,
} from '../../fixtures/remote-peer.ts';
import { patience, startTestServer } from '../../fixtures/running-server.ts';

const environment = 'remote:Corridor-v1';
/** Ends after a few hundred steps. */
const shortJob = { environment, workers: 1, stop: { maxSteps: 400 }, evaluation: { episodes: 2 } } as const;

/** A peer that sends something in place of its first answer to a step. */
const answerStep =
  (message: (question: PeerQuestion) => unknown): NonNullable<PeerOptions['misbehave']> =>
  (question, peer) => {
    if (question.type !== 'step') return false;
    peer.send(message(question));
    return true;
  };

/** Expects that the peer was told its mistake, and disconnected for it. */
async function expectRefusal(peer: RemotePeer, kind: PeerErrorKind, reason: RegExp): Promise<void> {
  const end = await peer.closed;
  expect([end.code, end.reason.length <= 123]).toEqual([closeCodes[kind], true]);
  const last = peer.questions.at(-1);
  expect([last?.type, last?.kind]).toEqual(['error', kind]);
  expect(last?.message).toMatch(reason);
}

const ends = { terminated: [false], truncated: [false] };
const right = { type: 'answer', observations: [[1, 0, 0, 0, 0]], rewards: [0], ...ends };

describe('a hello is refused with its mistake, and counted:', () => {
  const huge = { type: 'box', shape: [1e6, 1e6] };
  const cases: [string, PeerErrorKind, { message: unknown; reason: RegExp }][] = [
    ['no JSON', 'hello', { message: 'this is no JSON', reason: /not JSON/ }],
    ['another protocol', 'hello', { message: { protocol: 2 }, reason: /protocol 2 is unknown.*speaks 1/ }],
    [
      'an unknown field',
      'hello',
      { message: { world: 1 }, reason: /world: unknown field; did you mean worlds/ },
    ],
    ['a bad name', 'hello', { message: { environment: 'Corridor' }, reason: /environment: expected a name/ }],
    ['a huge space', 'hello', { message: { observationSpace: huge }, reason: /more than 1048576 numbers/ }],
    ['many worlds', 'hello', { message: { worlds: 1e9 }, reason: /worlds: / }],
    ['binary', 'hello', { message: Buffer.from('{}'), reason: /must be a hello in text/ }],
    ['too much', 'size', { message: { description: 'x'.repeat(70_000) }, reason: /hello has 70\d+ bytes/ }],
  ];
  it.each(cases)('%s', async (_name, kind, { message, reason }) => {
    const server = await startTestServer();
    const peer = await RemotePeer.connect(server.url, { greets: false });
    const isPart = typeof message === 'object' && !Buffer.isBuffer(message);
    peer.send(isPart ? { ...corridorHello, ...message } : message);
    await expectRefusal(peer, kind, reason);
    expect((await readErrors(server)).get(kind)).toBe(1);
  });

  it('an answer before it', async () => {
    const server = await startTestServer();
    const peer = await RemotePeer.connect(server.url, { greets: false });
    peer.send({ ...right, id: 1 });
    await expectRefusal(peer, 'hello', /^hello: /);
  });

  it('another declaration than that of the other peers', async () => {
    const server = await startTestServer();
    const first = await RemotePeer.connect(server.url);
    const hello = { actionSpace: { type: 'discrete', n: 3 } };
    const second = await RemotePeer.connect(server.url, { hello });
    await expectRefusal(second, 'declaration', /declared differently \(actionSpace\).*new version/);
    expect((await readErrors(server)).get('declaration')).toBe(1);
    expect(await findListed(server)).toMatchObject([{ peers: 1 }]);
    // Nobody uses it any more: a developer may change it.
    first.socket.close();
    await vi.waitFor(async () => expect(await findListed(server)).toMatchObject([{ peers: 0 }]), patience);
    const third = await RemotePeer.connect(server.url, { hello });
    expect(third.questions).toMatchObject([{ type: 'welcome' }]);
  });
});

describe('an answer is refused with its mistake, and counted; the job goes on with another peer:', () => {
  const cases: [string, PeerErrorKind, { message: (question: PeerQuestion) => unknown; reason: RegExp }][] = [
    ['no JSON', 'format', { message: () => '{', reason: /not JSON/ }],
    ['binary', 'format', { message: () => Buffer.alloc(8), reason: /declared the encoding json/ }],
    ['another type', 'format', { message: () => ({ type: 'step' }), reason: /answer: type: / }],
    ['another id', 'unasked', { message: () => ({ id: 999_999 }), reason: /nobody asked question 999999/ }],
    ['no rows', 'shape', { message: () => ({ rewards: [] }), reason: /rewards has 0 elements; it needs 1/ }],
    [
      'no rewards',
      'shape',
      { message: () => ({ rewards: undefined }), reason: /rewards is missing; it needs 1/ },
    ],
    ['masks', 'shape', { message: () => ({ masks: [[1, 1]] }), reason: /masks has 1 elements; it does not/ }],
    [
      'a short observation',
      'shape',
      { message: () => ({ observations: [[1]] }), reason: /of 1 numbers; its space has the shape \[5\]/ },
    ],
    [
      'a text in an observation',
      'shape',
      { message: () => ({ observations: [[1, 0, 0, 0, 'x']] }), reason: /element 4 is "x"/ },
    ],
    [
      'NaN, which JSON writes as null',
      'shape',
      { message: () => ({ observations: [[1, 0, 0, 0, Number.NaN]] }), reason: /element 4 is null/ },
    ],
    [
      'a number too large for float32',
      'number',
      { message: () => ({ observations: [[1, 0, 0, 0, 1e39]] }), reason: /must be finite numbers/ },
    ],
    ['no reward', 'number', { message: () => ({ rewards: [null] }), reason: /rewards\[0\] is not a finite/ }],
    [
      'too much',
      'size',
      { message: () => ({ observations: [Array(5000).fill(0)] }), reason: /\d+ bytes, more than \d+/ },
    ],
  ];
  it.each(cases)('%s', async (_name, kind, { message, reason }) => {
    const server = await startTestServer({}, 'real');
    const misbehave = answerStep((question) => {
      const sent = message(question);
      const isPart = typeof sent === 'object' && !Buffer.isBuffer(sent);
      return isPart ? { ...right, id: question.id, ...sent } : sent;
    });
    const bad = await RemotePeer.connect(server.url, { misbehave });
    const { id } = await server.postJob('bad peer', shortJob);
    await expectRefusal(bad, kind, reason);
    expect((await readErrors(server)).get(kind)).toBe(1);
    await RemotePeer.connect(server.url);
    await server.waitFor(id, 'succeeded');
  });

  const row = [1, 0, 0, 0, 0, 0];
  const binary: [string, PeerErrorKind, { message: (id: number) => Buffer; reason: RegExp }][] = [
    ['few bytes', 'shape', { message: () => Buffer.alloc(3), reason: /has 3 bytes; it needs at least 8/ }],
    [
      'a wrong length',
      'shape',
      {
        message: (id) => encodeAnswer(2, id, { numbers: row, ends: [] }),
        reason: /has 32 bytes; for 1 worlds it needs 36/,
      },
    ],
    [
      'another kind',
      'format',
      { message: (id) => encodeAnswer(1, id, { numbers: row, ends: [0] }), reason: /its kind is not that/ },
    ],
    [
      'NaN',
      'number',
      {
        message: (id) => encodeAnswer(2, id, { numbers: [Number.NaN, ...row.slice(1)], ends: [0] }),
        reason: /row 0 has a number that is not finite/,
      },
    ],
    [
      'an unknown end',
      'format',
      {
        message: (id) => encodeAnswer(2, id, { numbers: row, ends: [3] }),
        reason: /end 0 is 3, not 0, 1 or 2/,
      },
    ],
  ];
  it.each(binary)('binary with %s', async (_name, kind, { message, reason }) => {
    const server = await startTestServer({}, 'real');
    const misbehave = answerStep(({ id = 0 }) => message(id));
    const bad = await RemotePeer.connect(server.url, { encoding: 'binary', misbehave });
    await server.postJob('bad peer', shortJob);
    await expectRefusal(bad, kind, reason);
  });

  it.each([
    ['json', [0, 0], /masks\[0\] allows no action/],
    ['json', [1, 2], /masks\[0\] has an element that is neither 0 nor 1/],
    ['json', [1], /masks\[0\] needs 2 numbers/],
    ['binary', [0, 0], /mask 0 allows no action/],
    ['binary', [1, 2], /mask 0 has an element that is neither 0 nor 1/],
    ['binary', [1, -1], /mask 0 has an element that is neither 0 nor 1/],
  ] as const)('in %s with the mask %j', async (encoding, mask, reason) => {
    const server = await startTestServer({}, 'real');
    const bad = await RemotePeer.connect(server.url, { encoding, mask });
    await server.postJob('bad mask', shortJob);
    await expectRefusal(bad, mask.length === 1 ? 'shape' : 'number', reason);
  });

  it('one that nobody asked for', async () => {
    const server = await startTestServer();
    for (const count of [1, 2]) {
      const peer = await RemotePeer.connect(server.url);
      peer.send({ ...right, id: 7 });
      await expectRefusal(peer, 'unasked', /^nobody asked question 7$/);
      expect((await readErrors(server)).get('unasked')).toBe(count);
    }
  });

  it('a second one to the same question', async () => {
    const server = await startTestServer({}, 'real');
    const misbehave = (question: PeerQuestion, peer: RemotePeer): boolean => {
      if (question.type === 'step') peer.answer(question);
      return false;
    };
    const eager = await RemotePeer.connect(server.url, { misbehave });
    await server.postJob('eager', shortJob);
    await expectRefusal(eager, 'unasked', /^nobody asked question \d+$/);
  });

  it('none in time', async () => {
    const server = await startTestServer({}, 'real');
    const silent = await RemotePeer.connect(server.url, { misbehave: ({ type }) => type === 'step' });
    const { id } = await server.postJob('silent', { ...shortJob, environmentTimeoutSeconds: 0.5 });
    await expectRefusal(silent, 'timeout', /no answer within 0\.5 s \(environmentTimeoutSeconds\)/);
    expect((await readErrors(server)).get('timeout')).toBe(1);
    await RemotePeer.connect(server.url);
    await server.waitFor(id, 'succeeded');
  });
});

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
    const { error } = await server.waitFor(id, 'failed');
    expect(error?.code).toBe('REMOTE_ENVIRONMENT_FAILED');
    expect(error?.message).toMatch(
      /^Corridor-v1: 10 peers in a row were disconnected without a step; the last one: answer \d+: rewards\[0\] is not a finite number$/,
    );
    expect((await server.get('/readyz')).status).toBe(200);
  });
});
