import { describe, expect, it } from 'vitest';
import { mountainCarContinuous } from '../../../../../src/shared/environments/mountain-car.ts';
import { pendulum } from '../../../../../src/shared/environments/pendulum.ts';
import { createBoxSpace } from '../../../../../src/shared/spaces/space.ts';
import {
  createDdpgTraining,
  createMoreIsBetter,
  type DdpgSettings,
  type DdpgTraining,
} from '../../../../fixtures/ddpg-algorithm.ts';
import { forwardReference } from '../../../shared/model-format/reference-forward.ts';

const small: DdpgSettings = {
  network: { layers: [{ type: 'dense', units: 16, activation: 'relu' }] },
  optimizer: { learningRate: 0.005, criticLearningRate: 0.005 },
};
const gaussian = { type: 'gaussian', standardDeviation: 0.3 } as const;

/** The outputs of the actor for a few observations of one number. */
function readOutputs({ learner, layout, spec }: DdpgTraining): number[] {
  const reference = { network: spec.network, layout, parameters: learner.copyParameters() };
  return [-1, -0.5, 0, 0.5, 1].flatMap((observation) => forwardReference(reference, [observation]).logits);
}

describe('a linear actor whose critic always prefers larger actions', () => {
  const definition = createMoreIsBetter(createBoxSpace([1], -1, 1));
  const settings = (invertGradients: boolean): DdpgSettings => ({
    ...small,
    // Momentum would carry an actor some way past its bounds before it turned round.
    optimizer: { learningRate: 0.001, criticLearningRate: 0.01, beta1: 0 },
    ddpg: {
      batchSize: 32,
      noise: gaussian,
      warmUp: { criticSteps: 50, actorSteps: 100 },
      invertGradients,
    },
  });

  /** The largest output of several moments of a training. */
  function watchOutputs(invertGradients: boolean): number[] {
    const training = createDdpgTraining(definition, settings(invertGradients));
    return Array.from({ length: 8 }, () => {
      training.train(400);
      return Math.max(...readOutputs(training));
    });
  }

  it('stays at its bounds with inverting gradients', () => {
    const outputs = watchOutputs(true);
    // One network serves all states: a few are a little beyond the bound while others are a little below.
    expect(Math.max(...outputs)).toBeLessThan(1.3);
    expect(outputs.at(-1)).toBeGreaterThan(0.9);
    expect(outputs.at(-1)).toBeLessThan(1.05);
  });

  it('drifts away from them without, further and further', () => {
    const outputs = watchOutputs(false);
    expect(outputs[3]).toBeGreaterThan(10);
    expect(outputs.at(-1)).toBeGreaterThan(outputs[3] ?? Infinity);
  });
});

describe('actions', () => {
  it.each([
    ['a linear actor', { type: 'deterministic', outputActivation: 'linear' }],
    ['a tanh actor', { type: 'deterministic', outputActivation: 'tanh' }],
  ] as const)('of %s stay in the space, however strong the noise', (_name, policy) => {
    const space = { type: 'box', shape: [2], low: [-1, 2], high: [0.5, 7] } as const;
    const training = createDdpgTraining(createMoreIsBetter(space), {
      ...small,
      policy,
      environmentsPerWorker: 3,
      rolloutLength: 2,
      ddpg: {
        batchSize: 8,
        noise: { ...gaussian, standardDeviation: 3 },
        warmUp: { criticSteps: 60, actorSteps: 60 },
      },
    });
    const seen: Record<string, number[]> = { first: [], second: [] };
    training.train(200, {
      onGradient: ({ rollout }) => {
        rollout.actions.slice(0, 12).forEach((action, index) => {
          seen[index % 2 === 0 ? 'first' : 'second']?.push(action);
        });
      },
    });
    expect(Math.min(...(seen.first ?? []))).toBe(-1);
    expect(Math.max(...(seen.first ?? []))).toBe(0.5);
    expect(Math.min(...(seen.second ?? []))).toBe(2);
    expect(Math.max(...(seen.second ?? []))).toBe(7);
  });

  it('are uniformly random until the critic learns, and follow the actor then', () => {
    const training = createDdpgTraining(pendulum, {
      ...small,
      ddpg: {
        batchSize: 8,
        noise: { ...gaussian, standardDeviation: 0 },
        warmUp: { criticSteps: 100, actorSteps: 200 },
      },
    });
    const actions: number[] = [];
    training.train(150, { onGradient: ({ rollout }) => actions.push(rollout.actions[0] ?? Number.NaN) });
    const random = actions.slice(0, 100);
    expect(Math.min(...random)).toBeLessThan(-1.5);
    expect(Math.max(...random)).toBeGreaterThan(1.5);
    // The initial actor is near 0 and has not moved yet.
    expect(Math.max(...actions.slice(100).map(Math.abs))).toBeLessThan(0.2);
  });
});

describe('the warm-up', () => {
  it('first fills the memory, then teaches the critic alone, then both', () => {
    const training = createDdpgTraining(pendulum, {
      ...small,
      ddpg: { batchSize: 8, warmUp: { criticSteps: 20, actorSteps: 30 } },
    });
    const { algorithm, learner, layout, train } = training;
    const coverages: (string | undefined)[] = [];
    const initial = learner.copyParameters();
    const observer = { onGradient: () => coverages.push(algorithm.coverage) };
    train(29, observer);
    expect(coverages.slice(0, 19).every((coverage) => coverage === 'nothing')).toBe(true);
    expect(coverages.slice(19).every((coverage) => coverage === 'critic')).toBe(true);
    expect(learner.version).toBe(10);
    const warm = learner.copyParameters();
    expect(warm.subarray(0, layout.criticOffset)).toEqual(initial.subarray(0, layout.criticOffset));
    expect(warm.subarray(layout.criticOffset)).not.toEqual(initial.subarray(layout.criticOffset));
    train(1, observer);
    expect(coverages.at(-1)).toBe('everything');
    const later = learner.copyParameters();
    expect(later.subarray(0, layout.criticOffset)).not.toEqual(initial.subarray(0, layout.criticOffset));
  });

  it('gives the first step of the actor its full length, not more, however long the critic has learned', () => {
    const learningRate = 0.001;
    const { learner, layout, train } = createDdpgTraining(pendulum, {
      network: small.network,
      optimizer: { learningRate, criticLearningRate: learningRate },
      ddpg: { batchSize: 8, warmUp: { criticSteps: 10, actorSteps: 60 } },
    });
    train(59);
    const before = learner.copyParameters();
    train(1);
    const moves = learner
      .copyParameters()
      .subarray(0, layout.criticOffset)
      .map((parameter, index) => Math.abs(parameter - (before[index] ?? 0)));
    // Adam's first step is the learning rate in each direction.
    expect(Math.max(...moves) / learningRate).toBeCloseTo(1, 2);
  });
});

describe('gradients', () => {
  it('of actor and critic are clipped each by itself', () => {
    const { algorithm, layout, train } = createDdpgTraining(pendulum, {
      ...small,
      maxGradientNorm: 0.01,
      ddpg: { batchSize: 8, warmUp: { criticSteps: 10, actorSteps: 10 } },
    });
    train(12);
    const { criticOffset } = layout;
    expect(Math.hypot(...algorithm.gradient.subarray(0, criticOffset))).toBeCloseTo(0.01, 5);
    expect(Math.hypot(...algorithm.gradient.subarray(criticOffset))).toBeCloseTo(0.01, 5);
  });

  it('are limited by element too', () => {
    const { algorithm, train } = createDdpgTraining(pendulum, {
      ...small,
      maxGradientValue: 0.001,
      ddpg: { batchSize: 8, warmUp: { criticSteps: 10, actorSteps: 10 } },
    });
    train(12);
    expect(Math.max(...algorithm.gradient.map(Math.abs))).toBeCloseTo(0.001, 8);
  });
});

describe('the memory of a worker', () => {
  it('holds no more than replaySize transitions', () => {
    const { algorithm, train } = createDdpgTraining(mountainCarContinuous, {
      ...small,
      ddpg: { replaySize: 50, batchSize: 8, warmUp: { criticSteps: 1000, actorSteps: 1000 } },
    });
    train(200);
    expect(algorithm.replay.size).toBe(50);
    expect(algorithm.replay.rewards).toHaveLength(50);
  });
});
