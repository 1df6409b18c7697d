// Frames that cost nothing: observations of 84×84×4 numbers that are written once, and six actions.
import { Random, type EnvironmentDefinition } from '../../src/index.ts';
import { createBoxSpace } from '../../src/shared/spaces/space.ts';

const shape = [84, 84, 4];
const size = 84 * 84 * 4;

const frame = Float32Array.from(
  { length: size },
  (
    (random) => () =>
      random.nextUniform(0, 1)
  )(Random.fromSeed(1)),
);

export const frames: EnvironmentDefinition = {
  id: 'Frames-v0',
  description: 'The same frame at each step',
  observationSpace: createBoxSpace(shape, 0, 1),
  actionSpace: { type: 'discrete', n: 6 },
  maxEpisodeSteps: 1000,
  rewardThreshold: null,
  hasActionMask: false,
  create: () => ({
    terminated: false,
    reset: () => undefined,
    step: (actions, offset) => (actions[offset] === 0 ? 1 : 0),
    observe: (target, offset) => {
      target.set(frame, offset);
    },
  }),
};
