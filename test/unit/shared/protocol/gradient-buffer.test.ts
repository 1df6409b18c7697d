import { describe, expect, it } from 'vitest';
import { gradientMeasureNames } from '../../../../src/shared/measures/measures.ts';
import {
  gradientBufferBytes,
  readGradientHeader,
  viewEpisodes,
  viewGradient,
  viewMeasurements,
  viewMoments,
  writeGradientHeader,
} from '../../../../src/shared/protocol/gradient-buffer.ts';

const shape = { parameters: 5, episodes: 3, moments: 2 };
const header = { parameterVersion: 2 ** 40 + 1, steps: 160, episodes: 2, coverage: 'critic' as const };
const metrics = {
  policyLoss: -0.1,
  valueLoss: 12.75,
  entropy: 0.69,
  gradientNorm: 1e-9,
  policyMean: -4,
  policyStandardDeviation: 0.25,
  approximateKl: 0.02,
  clipFraction: 0.4,
  explainedVariance: 0.75,
};
const phaseTimes = Float64Array.of(0.5, 20, 1e-3, 7);

describe('the gradient buffer', () => {
  const buffer = new ArrayBuffer(gradientBufferBytes(shape));
  writeGradientHeader(buffer, header, { metrics, phaseTimes });
  viewEpisodes(buffer, shape).set([500, 500, -3.25, 17]);
  viewMoments(buffer, shape).set([20, 1e300]);
  viewGradient(buffer, shape).set([1, 2, 3, 4, 5]);

  it('gives back every figure, episode, moment and slope written into it', () => {
    expect(readGradientHeader(buffer)).toEqual(header);
    expect([...viewMeasurements(buffer)]).toEqual([
      ...gradientMeasureNames.map((name) => metrics[name]),
      ...phaseTimes,
    ]);
    expect([...viewEpisodes(buffer, shape)]).toEqual([500, 500, -3.25, 17, 0, 0]);
    expect([...viewMoments(buffer, shape)]).toEqual([20, 1e300]);
    expect([...viewGradient(buffer, shape)]).toEqual([1, 2, 3, 4, 5]);
  });

  it('holds no times of the gradient before', () => {
    const used = buffer.slice(0);
    writeGradientHeader(used, header, { metrics, phaseTimes: new Float64Array(phaseTimes.length) });
    expect([...viewMeasurements(used).subarray(-phaseTimes.length)]).toEqual([0, 0, 0, 0]);
  });

  it('stays as it is when it is transferred', () => {
    const sent = buffer.slice(0);
    const moved = structuredClone(sent, { transfer: [sent] });
    expect(sent.byteLength).toBe(0);
    expect(readGradientHeader(moved)).toEqual(header);
    expect([...viewGradient(moved, shape)]).toEqual([1, 2, 3, 4, 5]);
  });

  it('has room for just what its shape says', () => {
    expect(viewEpisodes(buffer, shape)).toHaveLength(2 * shape.episodes);
    const gradient = viewGradient(buffer, shape);
    expect(gradient.byteOffset + gradient.byteLength).toBe(buffer.byteLength);
  });
});
