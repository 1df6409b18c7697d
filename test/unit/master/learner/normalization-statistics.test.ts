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

/** Two running statistics, of two and one numbers, that start with ones. */
function createRunning() {
  const weight = { isCritic: false, start: 'ones', gates: 1 } as const;
  const layout = createParameterLayout({
    network: {
      shared: true,
      layers: [],
      initialization: 'orthogonal',
      modelDescription: {
        inputs: [[2]],
        outputs: [[2]],
        weights: [
          { ...weight, name: 'kernel', shape: [2, 2], momentum: null },
          { ...weight, name: 'mean', shape: [2], momentum: 0.75 },
          { ...weight, name: 'variance', shape: [1], momentum: 0.5 },
        ],
        isShared: true,
        policyReadsOnlyObservations: true,
        valueReadsEverything: true,
        features: 2,
        outputNumbers: 4,
        backend: 'wasm',
      },
    },
    observationShape: [2],
    policyOutputs: 2,
    hasCritic: false,
    normalizeRewards: true,
  });
  const parameters = new Float32Array(layout.size).fill(1);
  const statistics = new NormalizationStatistics(layout, parameters);
  return { statistics, running: parameters.subarray(4, 4 + 3), rest: parameters.subarray(0, 4) };
}

/** Moments of one return, then the mark and the running statistics of a rollout. */
const rollout = (mark: number, ...measured: number[]): Float64Array =>
  Float64Array.of(1, 0, 0, mark, ...measured);

/** Statistics of pictures of two cells. */
function createPictureStatistics() {
  const layout = createParameterLayout({
    network: { shared: true, layers: [{ type: 'flatten' }], initialization: 'orthogonal' },
    observationShape: [1, 2, 1],
    policyOutputs: 2,
    normalizeObservations: true,
  });
  const parameters = new Float32Array(layout.size);
  const view = (name: string): Float32Array => {
    const { offset = 0, size = 0 } = findTensor(layout, name) ?? {};
    return parameters.subarray(offset, offset + size);
  };
  const [mean, variance] = [
    view(normalizationNames.observationMean),
    view(normalizationNames.observationVariance),
  ];
  mean.set([1, 3]);
  variance.set([2, 6]);
  return { statistics: new NormalizationStatistics(layout, parameters), mean, variance };
}

describe('the statistics of pictures', () => {
  it('are the same for all cells', () => {
    const { statistics, mean, variance } = createPictureStatistics();
    // Two pictures, with the cells 1, 2, 3 and 6.
    statistics.merge(Float64Array.of(4, 3, 14));
    expect([...mean, ...variance]).toEqual([3, 3, 3.5, 3.5]);
  });

  it('begin with those of a model that had some for each cell', () => {
    const { statistics, mean, variance } = createPictureStatistics();
    statistics.adopt(10);
    expect([...statistics.getState().observations]).toEqual([20, 2, 100]);
    statistics.merge(Float64Array.of(20, 2, 0));
    expect([...mean, ...variance]).toEqual([2, 2, 2.5, 2.5]);
  });

  it('go on from a checkpoint that had some for each cell', () => {
    const { statistics } = createPictureStatistics();
    const returns = new Float64Array();
    statistics.setState({ observations: Float64Array.of(10, 1, 3, 20, 60), returns });
    expect([...statistics.getState().observations]).toEqual([20, 2, 100]);
    statistics.setState({ observations: Float64Array.of(4, 3, 14), returns });
    expect([...statistics.getState().observations]).toEqual([4, 3, 14]);
  });
});

describe('running statistics of layers', () => {
  it('keep their own share at each rollout of any worker', () => {
    const { statistics, running, rest } = createRunning();
    statistics.merge(rollout(1, 5, -3, 3));
    expect([...running]).toEqual([2, 0, 2]);
    statistics.merge(rollout(1, 2, 4, 0));
    expect([...running]).toEqual([2, 1, 1]);
    expect([...rest]).toEqual([1, 1, 1, 1]);
  });

  it('stay where a rollout brings none, or numbers that are not finite', () => {
    const { statistics, running } = createRunning();
    statistics.merge(rollout(0, 5, -3, 3));
    statistics.merge(rollout(1, 5, Number.NaN, 3));
    statistics.merge(rollout(1, 5, 2, Number.POSITIVE_INFINITY));
    expect([...running]).toEqual([1, 1, 1]);
  });
});

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
