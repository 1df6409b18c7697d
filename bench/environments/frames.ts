// Frames that cost nothing: observations of 84×84×4 numbers that are written once, and six actions, as of Atari games.
import { defineEnvironment, Random } from '../../src/index.ts';

const shape = [84, 84, 4];
const random = Random.fromSeed(1);
const frame = Float32Array.from({ length: 84 * 84 * 4 }, () => random.nextUniform(0, 1));

export const frames = defineEnvironment({
  id: 'Frames-v0',
  description: 'The same frame at each step',
  observationSpace: { type: 'box', shape, low: 0, high: 1 },
  actionSpace: { type: 'discrete', n: 6 },
  maxEpisodeSteps: 100,
  create: () => ({
    reset: () => frame,
    step: (action) => ({ observation: frame, reward: action === 0 ? 1 : 0, terminated: false }),
  }),
});
