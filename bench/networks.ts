// Networks of the benchmark.
import type { JobRequest } from '../src/index.ts';

type Network = JobRequest['network'];

/** The network of the TensorFlow A3C tutorial. */
export const tutorialNetwork = {
  shared: false,
  layers: [{ type: 'dense', units: 100, activation: 'relu' }],
} as const satisfies Network;

/** Stable-Baselines3's default network. */
export const twoTanhLayers = {
  shared: false,
  layers: [
    { type: 'dense', units: 64, activation: 'tanh' },
    { type: 'dense', units: 64, activation: 'tanh' },
  ],
} as const satisfies Network;

/** What ddpg's actor and critic each have. */
export const twoReluLayers = {
  shared: false,
  layers: [
    { type: 'dense', units: 64, activation: 'relu' },
    { type: 'dense', units: 64, activation: 'relu' },
  ],
} as const satisfies Network;

/** A small eye for small pictures. */
export const convolutionNetwork = {
  shared: true,
  layers: [
    { type: 'conv2d', filters: 16, kernelSize: 3, activation: 'relu' },
    { type: 'flatten' },
    { type: 'dense', units: 64, activation: 'relu' },
  ],
} as const satisfies Network;

/** The network of the A3C paper for frames of 84×84×4 (Mnih et al. 2016, section 8). */
export const frameNetwork = {
  shared: true,
  layers: [
    { type: 'conv2d', filters: 16, kernelSize: 8, strides: 4, activation: 'relu' },
    { type: 'conv2d', filters: 32, kernelSize: 4, strides: 2, activation: 'relu' },
    { type: 'flatten' },
    { type: 'dense', units: 256, activation: 'relu' },
  ],
} as const satisfies Network;

/** A small memory. */
export const lstmNetwork = {
  shared: true,
  layers: [
    { type: 'dense', units: 32, activation: 'tanh' },
    { type: 'lstm', units: 32 },
  ],
} as const satisfies Network;
