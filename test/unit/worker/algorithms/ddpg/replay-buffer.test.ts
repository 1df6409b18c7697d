import { describe, expect, it } from 'vitest';
import {
  CONTINUES,
  INTERRUPTED,
  TERMINATED,
  TRUNCATED,
} from '../../../../../src/shared/returns/generalized-advantage.ts';
import { ReplayBuffer } from '../../../../../src/worker/algorithms/ddpg/replay-buffer.ts';
import { Rollout } from '../../../../../src/worker/rollout.ts';

/** A rollout of two environments whose observations and actions say which row they are. */
function createRollout(ends: readonly number[], first = 0): Rollout {
  const actedRows = ends.length;
  const capacity = actedRows + 4;
  const rollout = new Rollout(
    {
      steps: actedRows / 2,
      environments: 2,
      wholeEpisodes: null,
      observationSize: 2,
      observationVariables: 2,
      actionSize: 1,
      actedRows,
      capacity,
    },
    {
      observations: Float32Array.from({ length: capacity * 2 }, (_, index) => first + index / 10),
      actions: Float32Array.from({ length: capacity }, (_, row) => first + row),
      mask: null,
    },
  );
  rollout.actedRows = actedRows;
  rollout.ends.set(ends);
  rollout.rewards.set(ends.map((_, row) => first + row * 100));
  return rollout;
}

function readTransition(replay: ReplayBuffer, slot: number) {
  const round = (numbers: Float32Array): number[] => [...numbers].map((number) => Number(number.toFixed(4)));
  return {
    observation: round(replay.observations.subarray(slot * 2, slot * 2 + 2)),
    action: replay.actions[slot],
    reward: replay.rewards[slot],
    observationNext: round(replay.nextObservations.subarray(slot * 2, slot * 2 + 2)),
    continuation: replay.continuations[slot],
  };
}

const shape = { capacity: 4, observationSize: 2, actionSize: 1 };

describe('the replay buffer', () => {
  it('keeps each step with what it led to in the same environment', () => {
    const replay = new ReplayBuffer(shape);
    replay.add(createRollout([CONTINUES, CONTINUES]));
    expect(replay.size).toBe(2);
    expect(readTransition(replay, 1)).toEqual({
      observation: [0.2, 0.3],
      action: 1,
      reward: 100,
      observationNext: [0.6, 0.7],
      continuation: 1,
    });
  });

  it('leaves out a step that was not taken', () => {
    const replay = new ReplayBuffer(shape);
    replay.add(createRollout([CONTINUES, INTERRUPTED, TERMINATED, CONTINUES]));
    expect(replay.size).toBe(3);
    expect([0, 1, 2].map((slot) => replay.actions[slot])).toEqual([0, 2, 3]);
  });

  it('ends a transition where the environment terminated, not where a time limit cut it', () => {
    const replay = new ReplayBuffer(shape);
    const rollout = createRollout([TERMINATED, TRUNCATED]);
    rollout.finalRows[1] = 5;
    replay.add(rollout);
    expect(readTransition(replay, 0).continuation).toBe(0);
    // What was seen last is in its own row; the row after belongs to the next episode.
    expect(readTransition(replay, 1)).toMatchObject({ continuation: 1, observationNext: [1, 1.1] });
  });

  it('forgets the oldest once it is full, and never grows', () => {
    const replay = new ReplayBuffer(shape);
    const sizes = [0, 10, 20].map((first) => {
      replay.add(createRollout([CONTINUES, CONTINUES], first));
      return replay.size;
    });
    expect(sizes).toEqual([2, 4, 4]);
    expect([...replay.actions]).toEqual([20, 21, 10, 11]);
    expect(replay.observations).toHaveLength(8);
    expect(replay.nextObservations).toHaveLength(8);
    expect(replay.rewards).toHaveLength(4);
  });

  it('takes rollouts longer than itself', () => {
    const replay = new ReplayBuffer({ ...shape, capacity: 3 });
    replay.add(createRollout([CONTINUES, CONTINUES, CONTINUES, CONTINUES]));
    expect(replay.size).toBe(3);
    expect([...replay.actions]).toEqual([3, 1, 2]);
  });
});
