// Fuzz test of remote environments: whatever a peer sends, it is either taken or refused as a mistake of the peer.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodec, type Question } from '../../src/server/remote-environments/peer-codec.ts';
import { PeerError, readHello } from '../../src/server/remote-environments/peer-messages.ts';
import { readFloats } from '../../src/shared/remote-environments/link-frames.ts';
import { encodeAnswer } from '../fixtures/remote-peer.ts';
import { countRuns } from './runs.ts';

const numRuns = countRuns(500);
const hello = {
  type: 'hello',
  protocol: 1,
  environment: 'Fuzzed-v1',
  observationSpace: { type: 'box', shape: [2] },
  actionSpace: { type: 'discrete', n: 2 },
  hasActionMask: true,
  worlds: 2,
};
const question: Question = {
  type: 'step',
  id: 7,
  worlds: [0, 1],
  actions: [new Float32Array(1), new Float32Array(1)],
};

/** Values that differ a little, or a lot, from right ones. */
const value = fc.oneof(
  fc.jsonValue(),
  fc.double(),
  fc.constantFrom(0, 1, 1e39, -1, null, true, 7, [0, 1], [[0, 1]], [true, false], '__proto__'),
);

function expectTakenOrRefused(run: () => void): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(PeerError);
  }
}

function expectFinite(frames: readonly Buffer[]): void {
  for (const frame of frames) {
    const numbers = readFloats(frame.subarray(12));
    expect(numbers.every(Number.isFinite)).toBe(true);
    // Reward, end, two numbers and two of the mask.
    expect(numbers).toHaveLength(6);
  }
}

describe('a hello', () => {
  const fields = fc.dictionary(fc.constantFrom(...Object.keys(hello), 'low', 'x'), value);
  it('is taken or refused, whatever its fields have', () => {
    fc.assert(
      fc.property(fields, (changed) => {
        expectTakenOrRefused(() => readHello(JSON.stringify({ ...hello, ...changed })));
      }),
      { numRuns },
    );
  });

  it('is refused if it is any other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readHello(text)).toThrow(PeerError);
      }),
      { numRuns },
    );
  });
});

describe('an answer', () => {
  const right = {
    type: 'answer',
    id: 7,
    observations: [
      [0, 1],
      [2, 3],
    ],
    masks: [
      [0, 1],
      [1, 1],
    ],
    rewards: [0, 1],
    terminated: [false, true],
    truncated: [false, false],
  };

  it('in text becomes finite numbers, or is refused', () => {
    const codec = createCodec(readHello(JSON.stringify(hello)));
    expectFinite(codec.decode(Buffer.from(JSON.stringify(right)), false, () => question));
    const fields = fc.dictionary(fc.constantFrom(...Object.keys(right), 'x'), value);
    fc.assert(
      fc.property(fields, (changed) => {
        const message = Buffer.from(JSON.stringify({ ...right, ...changed }));
        expectTakenOrRefused(() => {
          expectFinite(codec.decode(message, false, () => question));
        });
      }),
      { numRuns },
    );
  });

  it('in binary becomes finite numbers, or is refused', () => {
    const codec = createCodec(readHello(JSON.stringify({ ...hello, encoding: 'binary' })));
    const whole = encodeAnswer(2, 7, { numbers: [0, 1, 2, 3, 0, 1, 1, 1, 0, 1], ends: [0, 2] });
    expectFinite(codec.decode(whole, true, () => question));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(whole.length), (changes, length) => {
        const message = Buffer.from(whole);
        for (const [place, byte] of changes) message[place] = byte;
        const cut = length % 4 === 0 ? message : message.subarray(0, length);
        expectTakenOrRefused(() => {
          expectFinite(codec.decode(cut, true, () => question));
        });
      }),
      { numRuns },
    );
  });
});
