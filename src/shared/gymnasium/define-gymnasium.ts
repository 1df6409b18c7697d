// Definition of an environment of Gymnasium, which a Python process steps. It loads no zod, for worker threads.
import type { GymnasiumOrigin } from '../environments/environment-origin.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { gymnasiumPrefix, type DescribedSpace } from '../environments/gymnasium-description.ts';
import { stackSpace } from '../environments/wrappers/frame-stack.ts';
import { noWatch, type CallWatch } from '../environments/wrappers/watch-calls.ts';
import { noWrappers } from '../environments/wrappers/no-wrappers.ts';
import type { WrappersSpec } from '../environments/wrappers/wrappers-spec.ts';
import {
  countMaskElements,
  createBoxSpace,
  flatSize,
  listChoices,
  spreadBounds,
  type ActionSpace,
  type BoxSpace,
} from '../spaces/space.ts';
import { GymnasiumBatch } from './gymnasium-batch.ts';

/** Steps of a game of 108 000 frames, after which the emulator ends it. */
const atariEpisodeSteps = 27_000;
const atariFrames = 4;

/** Defines an environment. `watch` is told of the process that a batch waits for. */
export function defineGymnasium(
  id: string,
  origin: GymnasiumOrigin,
  watch: CallWatch = noWatch,
): EnvironmentDefinition {
  const wrap = (wrappers: WrappersSpec): EnvironmentDefinition =>
    describeWrapped({ id, origin, watch }, wrappers);
  return { ...wrap(noWrappers), wrap };
}

interface Named {
  readonly id: string;
  readonly origin: GymnasiumOrigin;
  readonly watch: CallWatch;
}

function describeWrapped({ id, origin, watch }: Named, wrappers: WrappersSpec): EnvironmentDefinition {
  const { description } = origin;
  const { hasActionMask, rewardThreshold, version } = description;
  // A contradiction of the job, which is refused before anything is stepped.
  const isAtari = wrappers.atari && description.atari !== 'no';
  const own = isAtari ? atariEpisodeSteps : description.maxEpisodeSteps;
  const limit = wrappers.timeLimit ?? own;
  const stack = isAtari ? atariFrames : wrappers.frameStack;
  const single = isAtari
    ? createBoxSpace([84, 84, 1], 0, 255)
    : toObservationSpace(description.observationSpace);
  const observationSpace = stack === 1 ? single : stackSpace(single, stack);
  const actionSpace = toActionSpace(description.actionSpace);
  const isBytes =
    isAtari || (description.observationSpace.type === 'box' && description.observationSpace.isBytes);
  return {
    id,
    description: `${id.slice(gymnasiumPrefix.length)} of Gymnasium ${version}`,
    observationSpace,
    actionSpace,
    maxEpisodeSteps: limit === null ? null : Math.ceil(limit / wrappers.actionRepeat),
    rewardThreshold,
    hasActionMask,
    truncatesItself: true,
    origin,
    create: () => {
      throw new RangeError(`${id} is a batch and has no single environments`);
    },
    createBatch: async ({ randoms }) =>
      await GymnasiumBatch.open(
        {
          id: id.slice(gymnasiumPrefix.length),
          worlds: randoms.length,
          actionSize: flatSize(actionSpace),
          observationSize: flatSize(observationSpace),
          maskSize: hasActionMask ? countMaskElements(actionSpace) : 0,
          choices: hasActionMask ? listChoices(actionSpace) : [],
          isBytes,
          wrappers,
        },
        { python: origin.python, randoms, watch },
      ),
  };
}

/** Discrete observations become a row of zeros with a one at the place of each choice. */
function toObservationSpace(space: DescribedSpace): BoxSpace {
  switch (space.type) {
    case 'discrete':
      return createBoxSpace([space.n], 0, 1);
    case 'multiDiscrete':
      return createBoxSpace([countMaskElements(space)], 0, 1);
    case 'box':
      return toBoxSpace(space);
  }
}

function toActionSpace(space: DescribedSpace): ActionSpace {
  return space.type === 'box' ? toBoxSpace(space) : space;
}

function toBoxSpace({ shape, low, high }: DescribedSpace & { type: 'box' }): BoxSpace {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return {
    type: 'box',
    // A single number is a row of one.
    shape: shape.length === 0 ? [1] : shape,
    low: spreadBounds(low, size, -Infinity),
    high: spreadBounds(high, size, Infinity),
  };
}
