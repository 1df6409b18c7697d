// Environments on Box2D. Their physics is a large package, which is imported when the first of them is opened.
import { readThrownText } from '../../errors/read-thrown.ts';
import type { BoxSpace } from '../../spaces/space.ts';
import { createBoxSpace } from '../../spaces/space.ts';
import { EnvironmentNotLoadedError } from '../environment-not-loaded-error.ts';
import type { EnvironmentDefinition, RestorableEnvironment } from '../environment.ts';
import type * as Worlds from './worlds.ts';

let worlds: typeof Worlds | null = null;

/** What an environment on Box2D has beside its world. */
type Description = Omit<
  EnvironmentDefinition,
  'load' | 'create' | 'createBatch' | 'configure' | 'hasActionMask'
>;

function defineOnBox2d(
  description: Description,
  create: (loaded: typeof Worlds) => RestorableEnvironment,
): EnvironmentDefinition<RestorableEnvironment> {
  const { id } = description;
  return {
    ...description,
    hasActionMask: false,
    load: async () => {
      try {
        worlds ??= await import('./worlds.ts');
      } catch (error) {
        throw new EnvironmentNotLoadedError(id, readThrownText(error), error);
      }
    },
    create: () => {
      if (worlds === null) throw new EnvironmentNotLoadedError(id);
      return create(worlds);
    },
  };
}

function createSymmetricSpace(bounds: readonly number[]): BoxSpace {
  const high = bounds.map(Math.fround);
  return { type: 'box', shape: [high.length], low: high.map((bound) => -bound), high };
}

/** Position, velocity, angle and its rate, within their bounds, and the contacts of the legs: 0 or 1. */
const moving = createSymmetricSpace([2.5, 2.5, 10, 10, 2 * Math.PI, 10]);
const landerSpace: BoxSpace = {
  type: 'box',
  shape: [8],
  low: [...moving.low, 0, 0],
  high: [...moving.high, 1, 1],
};

/** Angle and rate of the hip, angle and rate of the knee. */
const leg = createSymmetricSpace([Math.PI, 5, Math.PI, 5]);
const hull = createSymmetricSpace([Math.PI, 5, 5, 5]);
const rays = createSymmetricSpace(Array.from({ length: 10 }, () => 1));
const walkerSpace: BoxSpace = {
  type: 'box',
  shape: [24],
  low: [...hull.low, ...leg.low, 0, ...leg.low, 0, ...rays.low],
  high: [...hull.high, ...leg.high, 5, ...leg.high, 5, ...rays.high],
};

export const lunarLander = defineOnBox2d(
  {
    id: 'LunarLander-v3',
    description: 'Land softly between two flags with a main engine and two side engines',
    observationSpace: landerSpace,
    actionSpace: { type: 'discrete', n: 4 },
    maxEpisodeSteps: 1000,
    rewardThreshold: 200,
  },
  ({ LunarLander }) => new LunarLander({ isContinuous: false }),
);

export const lunarLanderContinuous = defineOnBox2d(
  {
    id: 'LunarLanderContinuous-v3',
    description: 'Land softly between two flags with engines whose power is chosen',
    observationSpace: landerSpace,
    actionSpace: createBoxSpace([2], -1, 1),
    maxEpisodeSteps: 1000,
    rewardThreshold: 200,
  },
  ({ LunarLander }) => new LunarLander({ isContinuous: true }),
);

export const bipedalWalker = defineOnBox2d(
  {
    id: 'BipedalWalker-v3',
    description: 'Walk on two legs to the end of uneven ground',
    observationSpace: walkerSpace,
    actionSpace: createBoxSpace([4], -1, 1),
    maxEpisodeSteps: 1600,
    rewardThreshold: 300,
  },
  ({ BipedalWalker }) => new BipedalWalker({ isHardcore: false }),
);

export const bipedalWalkerHardcore = defineOnBox2d(
  {
    id: 'BipedalWalkerHardcore-v3',
    description: 'Walk on two legs over stumps, stairs and pits',
    observationSpace: walkerSpace,
    actionSpace: createBoxSpace([4], -1, 1),
    maxEpisodeSteps: 2000,
    rewardThreshold: 300,
  },
  ({ BipedalWalker }) => new BipedalWalker({ isHardcore: true }),
);
