// Two environments that count, stepped through a rollout whose rows are known in advance.
import { describe, expect, it } from 'vitest';
import type {
  EnvironmentDefinition,
  SynchronousEnvironment,
} from '../../../src/shared/environments/environment.ts';
import { Random } from '../../../src/shared/random/random.ts';
import {
  CONTINUES,
  INTERRUPTED,
  TERMINATED,
  TRUNCATED,
} from '../../../src/shared/returns/generalized-advantage.ts';
import { createBoxSpace } from '../../../src/shared/spaces/space.ts';
import { planRollout, Rollout } from '../../../src/worker/rollout.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';
import { recordEnvironments } from '../../fixtures/record-environments.ts';

/** Shows 100·episode + step; action 1 ends the episode; a step earns what was shown before it. */
class Counter implements SynchronousEnvironment {
  terminated = false;
  #shown = 0;

  reset(): void {
    this.#shown = (Math.floor(this.#shown / 100) + 1) * 100;
    this.terminated = false;
  }

  step(actions: Float32Array, offset: number): number {
    const reward = this.#shown;
    this.#shown += 1;
    this.terminated = actions[offset] === 1;
    return reward;
  }

  observe(target: Float32Array, offset: number): void {
    target[offset] = this.#shown;
  }

  /** The parity of what is shown decides which action is allowed. */
  writeActionMask(target: Float32Array, offset: number): void {
    target[offset] = this.#shown % 2;
    target[offset + 1] = 1 - (this.#shown % 2);
  }

  getState(): number[] {
    return [this.#shown];
  }

  setState([shown = 0]: readonly number[]): void {
    this.#shown = shown;
  }
}

const counting: EnvironmentDefinition = {
  id: 'Counter-v0',
  description: 'Counts',
  observationSpace: createBoxSpace([1], 0, Infinity),
  actionSpace: { type: 'discrete', n: 2 },
  maxEpisodeSteps: 3,
  rewardThreshold: null,
  hasActionMask: true,
  create: () => new Counter(),
};

/** Takes the actions, one list a step with one action for each of both environments. */
function play(actions: readonly (readonly [number, number])[], definition = counting) {
  const spec = { ...exampleSpec, environmentsPerWorker: 2, rolloutLength: actions.length };
  const shape = planRollout(spec, definition);
  const rollout = new Rollout(shape, {
    observations: new Float32Array(shape.capacity),
    actions: new Float32Array(shape.capacity),
    mask: new Float32Array(2 * shape.capacity),
  });
  const environments = recordEnvironments(definition, rollout, Random.fromSeed(1));
  void environments.recorder.start();
  actions.forEach((pair, step) => {
    rollout.actions.set(pair, 2 * step);
    environments.play(step);
  });
  return rollout;
}

describe('a rollout recorded from a batch', () => {
  // The first environment is cut after three steps, the second ends itself at the second.
  const rollout = play([
    [0, 0],
    [0, 1],
    [0, 0],
    [0, 0],
  ]);

  it('show each step its observations, and beside the last ones what comes next', () => {
    expect([...rollout.observations.subarray(0, 10)]).toEqual([
      100, 100, 101, 101, 102, 200, 200, 201, 201, 202,
    ]);
  });

  it('earn each row its reward', () => {
    expect([...rollout.rewards]).toEqual([100, 100, 101, 101, 102, 200, 200, 201]);
  });

  it('tell a time limit from an end of their own', () => {
    const ends = Array<number>(8).fill(CONTINUES);
    ends[3] = TERMINATED;
    ends[4] = TRUNCATED;
    expect([...rollout.ends]).toEqual(ends);
  });

  it('keep the final observation of what was cut off, to bootstrap from', () => {
    expect(rollout.usedRows).toBe(11);
    expect(rollout.finalRows[4]).toBe(10);
    expect(rollout.observations[10]).toBe(103);
  });

  it('count an end at the last allowed step as their own', () => {
    const { ends, usedRows } = play([
      [0, 0],
      [0, 0],
      [1, 0],
    ]);
    expect([...ends.subarray(4)]).toEqual([TERMINATED, TRUNCATED]);
    expect(usedRows).toBe(9);
  });

  it('write the mask that belongs to each observation', () => {
    const mask = [...(rollout.mask ?? [])].slice(0, 20);
    const shown = [...rollout.observations.subarray(0, 10)];
    expect(mask).toEqual(shown.flatMap((number) => [number % 2, 1 - (number % 2)]));
  });

  it('tell return and length of the episodes that ended', () => {
    expect(rollout.episodeCount).toBe(2);
    expect([...rollout.episodes.subarray(0, 4)]).toEqual([100 + 101, 2, 100 + 101 + 102, 3]);
  });

  it('have room for as many cuts as a rollout can hold', () => {
    const { observations, usedRows, shape } = play(Array.from({ length: 9 }, () => [0, 0]));
    expect(usedRows).toBe(18 + 2 + 6);
    expect(shape.capacity).toBeGreaterThanOrEqual(usedRows);
    expect([...observations.subarray(20, 26)]).toEqual([103, 103, 203, 203, 303, 303]);
  });
});

describe('an interrupted episode', () => {
  /** Action 1 loses the world. */
  class Losing extends Counter {
    truncated = false;
    interrupted = false;

    override reset(): void {
      super.reset();
      this.truncated = false;
      this.interrupted = false;
    }

    override step(actions: Float32Array, offset: number): number {
      const isLost = actions[offset] === 1;
      this.truncated = isLost;
      this.interrupted = isLost;
      return isLost ? 0 : super.step(actions, offset);
    }
  }

  it('is no episode, and leaves no final observation', () => {
    const losing = { ...counting, truncatesItself: true, create: () => new Losing() };
    const rollout = play(
      [
        [0, 0],
        [0, 1],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      losing,
    );
    expect([...rollout.ends].map((end, row) => (row % 2 === 1 ? end : 0)).filter((end) => end > 0)).toEqual([
      INTERRUPTED,
      TRUNCATED,
    ]);
    // The first world's episode, and the second world's second one, with its own return and length.
    expect(rollout.episodeCount).toBe(2);
    expect([...rollout.episodes.subarray(0, 4)]).toEqual([100 + 101 + 102, 3, 200 + 201 + 202, 3]);
    expect(rollout.usedRows).toBe(rollout.firstFinalRow + 2);
  });
});

describe('actions beyond their space', () => {
  it('reach the environment clipped and stay in the rollout as they were sampled', () => {
    const received: number[] = [];
    class Recorder extends Counter {
      override step(actions: Float32Array, offset: number): number {
        received.push(actions[offset] ?? Number.NaN, actions[offset + 1] ?? Number.NaN);
        return 0;
      }
    }
    const spec = { ...exampleSpec, environmentsPerWorker: 2, rolloutLength: 1 };
    const boxed: EnvironmentDefinition = {
      ...counting,
      actionSpace: createBoxSpace([2], -1, 1),
      hasActionMask: false,
      create: () => new Recorder(),
    };
    const shape = planRollout(spec, boxed);
    const rollout = new Rollout(shape, {
      observations: new Float32Array(shape.capacity),
      actions: new Float32Array(2 * shape.capacity),
      mask: null,
    });
    const environments = recordEnvironments(boxed, rollout, Random.fromSeed(1));
    void environments.recorder.start();
    rollout.actions.set([3, -0.5, -7, 1.5]);
    environments.play(0);
    expect(received).toEqual([1, -0.5, -1, 1]);
    expect([...rollout.actions.subarray(0, 4)]).toEqual([3, -0.5, -7, 1.5]);
  });
});
