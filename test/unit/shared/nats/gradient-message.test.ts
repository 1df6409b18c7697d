// Gradient messages: whole buffers that arrive as they were sent, in few bytes.
import { describe, expect, it } from 'vitest';
import { gradientMeasureNames, workerPhases } from '../../../../src/shared/measures/measures.ts';
import {
  packGradient,
  unpackGradient,
  type RemotePrecision,
} from '../../../../src/shared/nats/gradient-message.ts';
import {
  createGradientBuffer,
  viewEpisodes,
  viewGradient,
  viewMoments,
  writeGradientHeader,
} from '../../../../src/shared/protocol/gradient-buffer.ts';

const shape = { parameters: 3, episodes: 100, moments: 2 };
const allocate = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes);
const metrics = {
  policyLoss: 1,
  valueLoss: 2,
  entropy: 3,
  gradientNorm: 4,
  policyMean: 5,
  policyStandardDeviation: 6,
  approximateKl: 7,
  clipFraction: 8,
  explainedVariance: 9,
};

function fill(gradient: number[], episodes = 2): ArrayBuffer {
  const buffer = createGradientBuffer(shape, { jobId: 'job_1', epoch: 1, worker: 0, incarnation: 2 });
  writeGradientHeader(
    buffer,
    { parameterVersion: 9, steps: 40, episodes, coverage: 'everything' },
    { metrics, phaseTimes: new Float64Array(workerPhases.length).fill(0.5) },
  );
  viewEpisodes(buffer, shape).set(Array.from({ length: 2 * episodes }, (_, index) => index + 1));
  viewMoments(buffer, shape).set([10, 11]);
  viewGradient(buffer, shape).set(gradient);
  return buffer;
}

function travel(buffer: ArrayBuffer, precision: RemotePrecision): ArrayBuffer {
  const message = packGradient(buffer, shape, precision);
  return unpackGradient(message.bytes.buffer, { shape, precision: message.precision, allocate });
}

describe.each(['float32', 'float16'] as const)('a gradient as %s', (precision) => {
  it('arrives as it was sent, with all its episodes and moments', () => {
    for (const episodes of [0, 2, 100]) {
      const buffer = fill([0.5, -3, 2 ** -20], episodes);
      expect(travel(buffer, precision)).toEqual(buffer);
    }
    expect(travel(fill([0, 0, 0]), precision)).toEqual(fill([0, 0, 0]));
  });

  it('takes only the bytes that it uses', () => {
    const message = packGradient(fill([1, 2, 3]), shape, precision);
    const header = 48 + (4 + gradientMeasureNames.length + workerPhases.length) * 8;
    expect(message.bytes.length).toBe(header + 2 * 16 + 2 * 8 + 8 + 3 * (precision === 'float16' ? 2 : 4));
  });

  it('arrives also if float16 cannot hold it', () => {
    const large = fill([1, 1e6, Number.NaN]);
    expect(packGradient(large, shape, precision).precision).toBe('float32');
    expect(travel(large, precision)).toEqual(large);
  });

  it('of another size is damaged', () => {
    const { bytes } = packGradient(fill([1, 2, 3]), shape, precision);
    for (const message of [bytes.buffer.slice(2), bytes.buffer.slice(0, 20), new ArrayBuffer(0)])
      expect(() => unpackGradient(message, { shape, precision, allocate })).toThrow(/bytes, and not/);
    // A number of episodes that cannot be.
    for (const episodes of [101, -1, Number.NaN]) {
      const copy = bytes.slice().buffer;
      new Float64Array(copy, 48, 3)[2] = episodes;
      expect(() => unpackGradient(copy, { shape, precision, allocate })).toThrow(/bytes, and not/);
    }
  });
});

it('float16 keeps eleven binary digits, also of small gradients', () => {
  const [first = 0, second = 0, third] = viewGradient(travel(fill([3.3e-9, -1.1e-9, 0]), 'float16'), shape);
  expect(first / 3.3e-9).toBeCloseTo(1, 3);
  expect(second / -1.1e-9).toBeCloseTo(1, 3);
  expect(third).toBe(0);
});
