import { describe, expect, it } from 'vitest';
import { NormalizationStatistics } from '../../../../src/master/learner/normalization-statistics.ts';
import {
  createParameterLayout,
  findTensor,
  normalizationNames,
} from '../../../../src/shared/network/parameter-layout.ts';

/** Statistics of two observed numbers, with the variances they publish. */
function createStatistics() {
  const layout = createParameterLayout({
    network: { shared: true, layers: [], initialization: 'orthogonal' },
    observationShape: [2],
    policyOutputs: 2,
    normalizeObservations: true,
  });
  const parameters = new Float32Array(layout.size);
  const { offset = 0, size = 0 } = findTensor(layout, normalizationNames.observationVariance) ?? {};
  const variance = parameters.subarray(offset, offset + size).fill(1);
  return { statistics: new NormalizationStatistics(layout, parameters), variance };
}

/** Count, means and summed squared deviations. */
const sample = (first: number, second: number): Float64Array => Float64Array.of(1, first, second, 0, 0);

describe('the statistics of observations', () => {
  it('leave the variance at 1 after a single sample', () => {
    const { statistics, variance } = createStatistics();
    statistics.merge(sample(3, -5));
    expect([...variance]).toEqual([1, 1]);
  });

  it('have the variance of two samples', () => {
    const { statistics, variance } = createStatistics();
    statistics.merge(sample(3, -5));
    statistics.merge(sample(5, 5));
    expect([...variance]).toEqual([1, 25]);
  });
});
