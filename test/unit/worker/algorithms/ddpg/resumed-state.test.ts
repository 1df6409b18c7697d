// What a worker of ddpg remembers between two rollouts: a fresh instance with its state takes the same course, bit for bit.
import { describe, expect, it } from 'vitest';
import type {
  Environment,
  EnvironmentDefinition,
} from '../../../../../src/shared/environments/environment.ts';
import type { Random } from '../../../../../src/shared/random/random.ts';
import { createBoxSpace } from '../../../../../src/shared/spaces/space.ts';
import { createDdpgTraining, type DdpgSettings } from '../../../../fixtures/ddpg-algorithm.ts';

/** Moves to wherever the action says, and pays for being near 1. */
class Walk implements Environment {
  readonly terminated = false;
  #place = 0;

  reset(random: Random): void {
    this.#place = random.nextUniform(-1, 1);
  }

  step(actions: Float32Array, offset: number): number {
    this.#place = (this.#place + (actions[offset] ?? 0)) / 2;
    return -Math.abs(this.#place - 1);
  }

  observe(target: Float32Array, offset: number): void {
    target[offset] = this.#place;
  }

  getState(): number[] {
    return [this.#place];
  }

  setState([place = 0]: readonly number[]): void {
    this.#place = place;
  }
}

const unbounded = createBoxSpace([1], -Infinity, Infinity);
const bounded = createBoxSpace([1], -1, 1);

function defineWalk(episodeSteps: number, actionSpace = bounded): EnvironmentDefinition {
  return {
    id: 'Walk-v0',
    description: 'Walks along a line',
    observationSpace: createBoxSpace([1], -10, 10),
    actionSpace,
    maxEpisodeSteps: episodeSteps,
    rewardThreshold: null,
    hasActionMask: false,
    create: () => new Walk(),
  };
}

const rolloutLength = 4;
const settings = (warmUpSteps: number): DdpgSettings => ({
  seed: 1,
  rolloutLength,
  environmentsPerWorker: 2,
  network: { layers: [{ type: 'dense', units: 8, activation: 'relu' }] },
  ddpg: {
    batchSize: 8,
    replaySize: 64,
    noise: { type: 'ornsteinUhlenbeck', theta: 0.15, sigma: 0.3, timeStep: 1 },
    targetUpdate: { type: 'soft', fraction: 0.05 },
    warmUp: { criticSteps: warmUpSteps, actorSteps: warmUpSteps },
  },
});

/** Actions and gradients of some rollouts. */
function follow({ train }: ReturnType<typeof createDdpgTraining>, rollouts: number): number[][] {
  const course: number[][] = [];
  train(rollouts, {
    onGradient: ({ rollout, gradient }) => {
      course.push([...rollout.actions], [...gradient]);
    },
  });
  return course;
}

describe('a fresh instance', () => {
  it.each([
    { when: 'an episode ended with the last step', episodeSteps: rolloutLength, warmUpSteps: 16 },
    { when: 'an episode goes on', episodeSteps: 3 * rolloutLength + 1, warmUpSteps: 16 },
    { when: 'the memory still fills', episodeSteps: rolloutLength, warmUpSteps: 100 },
  ])('goes on as the first would have where $when', ({ episodeSteps, warmUpSteps }) => {
    const definition = defineWalk(episodeSteps);
    const first = createDdpgTraining(definition, settings(warmUpSteps));
    first.train(10);
    const fresh = createDdpgTraining(definition, { ...settings(warmUpSteps), seed: 2 });
    fresh.algorithm.setState(structuredClone(first.algorithm.getState()));
    void fresh.recorder.start(first.recorder.getState());
    fresh.learner.setState(first.learner.getState());
    expect(follow(fresh, 10)).toEqual(follow(first, 10));
  });
});

describe('the noise', () => {
  /** The actions of 24 steps before anything is learned, taken in rollouts of so many. */
  function act(episodeSteps: number, steps: number): number[] {
    const { train, algorithm } = createDdpgTraining(defineWalk(episodeSteps, unbounded), {
      ...settings(1_000),
      rolloutLength: steps,
      environmentsPerWorker: 1,
    });
    train(24 / steps);
    return [...algorithm.replay.actions.subarray(0, 24)];
  }

  it.each([
    ['begins anew where an episode ended with the last step of a rollout', 4],
    ['goes on from rollout to rollout where the episode does', 30],
    ['begins anew where an episode ended within a rollout', 3],
  ])('%s', (_, episodeSteps) => {
    expect(act(episodeSteps, 4)).toEqual(act(episodeSteps, 24));
  });
});
