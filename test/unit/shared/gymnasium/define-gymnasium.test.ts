import { describe, expect, it } from 'vitest';
import type { GymnasiumDescription } from '../../../../src/shared/environments/gymnasium-description.ts';
import { noWrappers } from '../../../../src/shared/environments/wrappers/no-wrappers.ts';
import { wrapEnvironment } from '../../../../src/shared/environments/wrappers/wrap-environment.ts';
import { defineGymnasium } from '../../../../src/shared/gymnasium/define-gymnasium.ts';

const description: GymnasiumDescription = {
  observationSpace: { type: 'box', shape: [2], low: null, high: [1, null], isBytes: false },
  actionSpace: { type: 'discrete', n: 4 },
  maxEpisodeSteps: 100,
  rewardThreshold: 9,
  hasActionMask: true,
  atari: 'no',
  version: '1.3.0',
};

function define(differences: Partial<GymnasiumDescription> = {}) {
  return defineGymnasium('gymnasium:World-v0', {
    type: 'gymnasium',
    python: 'python3',
    description: { ...description, ...differences },
  });
}

describe('defineGymnasium', () => {
  it('defines what Python describes', () => {
    expect(define()).toMatchObject({
      id: 'gymnasium:World-v0',
      description: 'World-v0 of Gymnasium 1.3.0',
      observationSpace: { type: 'box', shape: [2], low: [-Infinity, -Infinity], high: [1, Infinity] },
      actionSpace: { type: 'discrete', n: 4 },
      maxEpisodeSteps: 100,
      rewardThreshold: 9,
      hasActionMask: true,
      truncatesItself: true,
    });
  });

  it.each([
    [{ type: 'discrete', n: 3 } as const, [3]],
    [{ type: 'multiDiscrete', n: [2, 3] } as const, [5]],
    [{ type: 'box', shape: [], low: 0, high: 1, isBytes: false } as const, [1]],
  ])('makes a row of the observation space %j', (observationSpace, shape) => {
    const size = shape[0] ?? 0;
    expect(define({ observationSpace }).observationSpace).toEqual({
      type: 'box',
      shape,
      low: Array<number>(size).fill(0),
      high: Array<number>(size).fill(1),
    });
  });

  it('applies wrappers to the spaces and the limit', () => {
    const wrapped = wrapEnvironment(define(), {
      ...noWrappers,
      frameStack: 3,
      actionRepeat: 2,
      timeLimit: 25,
    });
    expect(wrapped).toMatchObject({ observationSpace: { shape: [6] }, maxEpisodeSteps: 13 });
    expect(wrapEnvironment(define({ maxEpisodeSteps: null }), noWrappers).maxEpisodeSteps).toBeNull();
  });

  it('describes the frames of an Atari game only where there is one', () => {
    const wrappers = { ...noWrappers, atari: true };
    const game = wrapEnvironment(define({ atari: 'yes', maxEpisodeSteps: 108_000 }), wrappers);
    expect(game).toMatchObject({ observationSpace: { shape: [84, 84, 4] }, maxEpisodeSteps: 27_000 });
    expect(game.observationSpace.high.every((bound) => bound === 255)).toBe(true);
    expect(wrapEnvironment(define(), wrappers).observationSpace.shape).toEqual([2]);
  });

  it('has no single environments', () => {
    expect(() => define().create()).toThrow('gymnasium:World-v0 is a batch');
  });
});
