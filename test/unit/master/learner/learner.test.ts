import { WasmEngine } from '../../../../src/shared/engines/wasm/wasm-engine.ts';
import { describe, expect, it } from 'vitest';
import { Learner, type Contribution } from '../../../../src/master/learner/learner.ts';
import type { JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { optimizerDefaults } from '../../../../src/shared/job/job-defaults.ts';
import { initializeParameters } from '../../../../src/shared/network/initialize-parameters.ts';
import { createParameterLayout, findTensor } from '../../../../src/shared/network/parameter-layout.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import { measureRelativeError } from '../../../fixtures/measure-error.ts';
import { kernelKinds } from '../../../fixtures/recorded-rollout.ts';

const layout = createParameterLayout({
  network: { shared: false, layers: [], initialization: 'orthogonal' },
  observationShape: [2],
  policyOutputs: 2,
});
const initialParameters = Float32Array.from({ length: layout.size }, (_, index) => index / 4 - 1);
const learningRate = 0.1;

function createLearner(settings: Partial<JobSpec> = {}): Learner {
  const spec: JobSpec = {
    ...exampleSpec,
    optimizer: { ...optimizerDefaults.rmsprop, learningRate, schedule: 'constant', decay: 0, epsilon: 1 },
    ...settings,
  };
  return new Learner({
    settings: { spec },
    layout,
    initialParameters,
    engine: new WasmEngine(kernelKinds.webAssembly),
  });
}

/** A gradient with the same slope everywhere, of a rollout that is not measured for normalization. */
function slope(value: number): Contribution {
  return { gradient: new Float32Array(layout.trainableSize).fill(value), moments: new Float64Array(0) };
}

/** What the parameters are after these updates; RMSProp with decay 0 and ε 1 moves by rate·g/√(g² + 1). */
function afterUpdates(...slopes: number[]): number[] {
  const move = slopes.reduce((sum, g) => sum + (learningRate * g) / Math.sqrt(g ** 2 + 1), 0);
  return [...initialParameters].map((parameter) => parameter - move);
}

function readBoard(learner: Learner): number[] {
  const target = new Float32Array(layout.size);
  expect(learner.board.read(target)).toBe(learner.version);
  return [...target];
}

describe('the learner', () => {
  it('shows the initial parameters as version 0', () => {
    const learner = createLearner();
    expect(learner.version).toBe(0);
    expect(readBoard(learner)).toEqual([...initialParameters]);
  });

  it('applies a gradient once, and each time moves what it publishes as the next version', () => {
    const learner = createLearner();
    expect(learner.apply(slope(1), 20)).toBe(true);
    expect(learner.version).toBe(1);
    expect(measureRelativeError(readBoard(learner), afterUpdates(1))).toBeLessThan(1e-6);
    expect(learner.apply(slope(-2), 40)).toBe(true);
    expect(learner.version).toBe(2);
    expect(measureRelativeError(readBoard(learner), afterUpdates(1, -2))).toBeLessThan(1e-6);
    expect([...learner.copyParameters()]).toEqual(readBoard(learner));
  });

  it('follows the schedule of the learning rate', () => {
    const { optimizer, stop } = exampleSpec;
    const learner = createLearner({
      optimizer: { ...optimizer, learningRate, schedule: 'linear' },
      stop: { ...stop, maxSteps: 100 },
    });
    learner.apply(slope(1), 75);
    const moved = [...initialParameters].map((parameter) => parameter - learningRate / 4);
    expect(measureRelativeError(readBoard(learner), moved)).toBeLessThan(1e-5);
  });

  it('gives copies that later updates leave alone', () => {
    const learner = createLearner();
    const copy = learner.copyParameters();
    learner.apply(slope(1), 0);
    expect([...copy]).toEqual([...initialParameters]);
  });

  it.each([Number.NaN, Infinity, -Infinity])('refuses and counts a gradient with %s in it', (element) => {
    const learner = createLearner();
    const contribution = slope(1);
    contribution.gradient[3] = element;
    expect(learner.apply(contribution, 0)).toBe(false);
    expect(learner.refused).toBe(1);
    expect(learner.version).toBe(0);
    expect(readBoard(learner)).toEqual([...initialParameters]);
    // The optimizer has not seen it either.
    learner.apply(slope(1), 0);
    expect(measureRelativeError(readBoard(learner), afterUpdates(1))).toBeLessThan(1e-6);
  });
});

describe('the mean of a round', () => {
  it('is applied as one update', () => {
    const learner = createLearner();
    learner.applyMean([slope(1), slope(2), slope(6)], 60);
    expect(learner.version).toBe(1);
    expect(measureRelativeError(readBoard(learner), afterUpdates(3))).toBeLessThan(1e-6);
  });

  it('is summed in the order given', () => {
    // In float32 1e8 + 1 is 1e8: only where the large ones cancel first does the 1 remain.
    const inOrder = createLearner();
    inOrder.applyMean([slope(1e8), slope(-1e8), slope(1)], 0);
    expect(measureRelativeError(readBoard(inOrder), afterUpdates(1 / 3))).toBeLessThan(1e-6);
    const otherwise = createLearner();
    otherwise.applyMean([slope(1), slope(-1e8), slope(1e8)], 0);
    expect(readBoard(otherwise)).toEqual([...initialParameters]);
  });

  it('is that of the finite gradients', () => {
    const learner = createLearner();
    learner.applyMean([slope(1), slope(Number.NaN), slope(3)], 0);
    expect(learner.refused).toBe(1);
    expect(learner.version).toBe(1);
    expect(measureRelativeError(readBoard(learner), afterUpdates(2))).toBeLessThan(1e-6);
  });

  it('without a finite gradient ends the round and moves nothing', () => {
    const learner = createLearner();
    learner.applyMean([slope(Number.NaN), slope(Infinity)], 0);
    expect(learner.refused).toBe(2);
    expect(learner.version).toBe(1);
    expect(readBoard(learner)).toEqual([...initialParameters]);
  });
});

describe('statistics', () => {
  const normalized = createParameterLayout({
    network: { shared: true, layers: [], initialization: 'orthogonal' },
    observationShape: [1],
    policyOutputs: 1,
    policyTensors: [{ name: 'logStandardDeviation', shape: [1], initialValue: 0, minimum: -0.005 }],
    normalizeObservations: true,
    normalizeRewards: true,
  });

  function createNormalizing(): Learner {
    const parameters = initializeParameters(normalized, 'orthogonal', Random.fromSeed(1));
    return new Learner({
      settings: { spec: exampleSpec },
      layout: normalized,
      initialParameters: parameters,
      engine: new WasmEngine(kernelKinds.webAssembly),
    });
  }

  /** Count, mean and squared deviations of observations, then of returns. */
  function contribute(slopes: number, moments: readonly number[]): Contribution {
    const gradient = new Float32Array(normalized.trainableSize).fill(slopes);
    return { gradient, moments: Float64Array.from(moments) };
  }

  function readStatistics(learner: Learner): number[] {
    const target = new Float32Array(normalized.size);
    learner.board.read(target);
    return [...target.subarray(normalized.trainableSize)];
  }

  it('of all rollouts are merged and published with the parameters', () => {
    const learner = createNormalizing();
    expect(readStatistics(learner)).toEqual([0, 1, 1]);
    learner.apply(contribute(0, [2, 10, 8, 2, 0, 2]), 0);
    expect(readStatistics(learner)).toEqual([10, 4, 1]);
    learner.applyMean([contribute(0, [2, 20, 8, 2, 0, 2]), contribute(0, [4, 15, 16, 4, 0, 4])], 0);
    expect(readStatistics(learner)).toEqual([15, (8 + 8 + 16 + 100) / 8, 1]);
    expect([...learner.copyParameters().subarray(normalized.trainableSize)]).toEqual(readStatistics(learner));
  });

  it('have the rollouts whose gradients were added to another one', () => {
    const learner = createNormalizing();
    learner.noteAddedElsewhere(Float64Array.of(2, 20, 8, 2, 0, 2));
    expect([learner.version, learner.applied]).toEqual([0, 1]);
    learner.apply(contribute(0, [2, 10, 8, 2, 0, 2]), 0);
    expect([learner.version, learner.applied]).toEqual([1, 2]);
    expect(readStatistics(learner)).toEqual([15, (8 + 8 + 100) / 4, 1]);
  });

  it('leave out a rollout whose gradient was refused', () => {
    const learner = createNormalizing();
    learner.apply(contribute(Number.NaN, [2, 10, 8, 2, 0, 2]), 0);
    expect(readStatistics(learner)).toEqual([0, 1, 1]);
    learner.applyMean([contribute(Infinity, [2, 90, 8, 2, 0, 2])], 0);
    expect(readStatistics(learner)).toEqual([0, 1, 1]);
    // Nor are they kept for later.
    learner.apply(contribute(0, [2, 20, 18, 2, 0, 8]), 0);
    expect(readStatistics(learner)).toEqual([20, 9, 4]);
  });

  it('do not move with the gradient, and a standard deviation stops at its floor', () => {
    const learner = createNormalizing();
    for (let update = 0; update < 20; update += 1) learner.apply(contribute(1, [0, 0, 0, 0, 0, 0]), 0);
    expect(readStatistics(learner)).toEqual([0, 1, 1]);
    const deviation = findTensor(normalized, 'logStandardDeviation');
    expect(learner.copyParameters()[deviation?.offset ?? -1]).toBe(Math.fround(-0.005));
  });

  it('say how far training has come', () => {
    const learner = createNormalizing();
    learner.apply(contribute(0, [0, 0, 0, 0, 0, 0]), 250_000);
    learner.board.read(new Float32Array(normalized.size));
    expect(learner.board.progress).toBe(0.25);
  });
});

describe('a learner that goes on from a state', () => {
  it.each(['adam', 'rmsprop'] as const)(
    'moves bit by bit as the one it was taken from would (%s)',
    (type) => {
      const settings = { optimizer: { ...optimizerDefaults[type], criticLearningRate: 0.02 } };
      const first = createLearner(settings);
      for (const value of [1, -2, 0.5]) first.apply(slope(value), 1000);
      first.apply(slope(Number.NaN), 1000);
      const state = structuredClone(first.getState());
      const second = createLearner(settings);
      second.setState(state);
      expect(readBoard(second)).toEqual(readBoard(first));
      expect(second.refused).toBe(1);
      expect(second.board.progress).toBe(first.board.progress);
      for (const learner of [first, second]) learner.apply(slope(3), 2000);
      expect(second.version).toBe(4);
      expect(readBoard(second)).toEqual(readBoard(first));
    },
  );
});
