// The engine on TensorFlow.js against the one on kernels: every algorithm, policy and kind of network, acting in the
// same environments with the same random numbers.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtInEnvironments } from '../../../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../../../src/shared/environments/registry.ts';
import { describeNetwork } from '../../../../../src/shared/algorithms/describe-network.ts';
import type { Engine } from '../../../../../src/shared/engines/engine.ts';
import { openEngine } from '../../../../../src/shared/engines/open-engine.ts';
import { kernelChoice, type EngineChoice } from '../../../../../src/shared/engines/engine-choice.ts';
import { compileKernels } from '../../../../../src/shared/engines/wasm/compile-kernels.ts';
import type { JobRequest } from '../../../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../../../src/shared/job/resolve-job-spec.ts';
import { initializeParameters } from '../../../../../src/shared/network/initialize-parameters.ts';
import { createParameterLayout } from '../../../../../src/shared/network/parameter-layout.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { createAlgorithm } from '../../../../../src/worker/algorithms/create-algorithm.ts';
import { createTfjsChoice, startTestedBackend, testedBackends } from '../../../../fixtures/engine-kinds.ts';
import { measureRelativeError } from '../../../../fixtures/measure-error.ts';
import { recordEnvironments } from '../../../../fixtures/record-environments.ts';
import { beginning } from '../../../../fixtures/training-start.ts';

const kernels = compileKernels();
const registry = new EnvironmentRegistry(builtInEnvironments);

const jobs: Readonly<Record<string, JobRequest>> = {
  'two towers': { environment: 'CartPole-v1', normalizeObservations: true },
  'a shared trunk': {
    environment: 'CartPole-v1',
    network: { shared: true, layers: [{ type: 'dense', units: 16, activation: 'elu' }] },
  },
  'a convolution and a mask': { environment: 'Catch-v0' },
  'a Gaussian policy': { environment: 'Pendulum-v1' },
  'a Gaussian policy with deviations of the state': {
    environment: 'Pendulum-v1',
    policy: { type: 'gaussianStateDependent' },
  },
  'gSDE, which reads the last hidden layer': {
    environment: 'MountainCarContinuous-v0',
    policy: { type: 'gsde' },
  },
  'a memory': { environment: 'CartPolePositions-v0' },
  'a memory in each tower': {
    environment: 'CartPolePositions-v0',
    network: {
      shared: false,
      layers: [{ type: 'lstm', units: 5 }],
      valueLayers: [
        { type: 'lstm', units: 4 },
        { type: 'dense', units: 6, activation: 'tanh' },
      ],
    },
  },
  ppo: { environment: 'Pendulum-v1', algorithm: 'ppo' },
  'ppo with a memory': {
    environment: 'CartPolePositions-v0',
    algorithm: 'ppo',
    network: { shared: true, layers: [{ type: 'lstm', units: 6 }] },
    ppo: { epochs: 2, minibatches: 1 },
  },
  reinforce: {
    environment: 'CartPole-v1',
    algorithm: 'reinforce',
    rolloutLength: 500,
    rolloutEpisodes: 1,
  },
  'actor-critic': { environment: 'CartPole-v1', algorithm: 'actor-critic' },
  ddpg: {
    environment: 'Pendulum-v1',
    algorithm: 'ddpg',
    ddpg: { warmUp: { criticSteps: 24, actorSteps: 48 }, batchSize: 32 },
  },
};

/** Plays and learns from rollouts with constant parameters; returns every gradient. */
async function collectGradients(request: JobRequest, choice: EngineChoice, rollouts: number) {
  const definition = registry.get(request.environment);
  const isWhole = request.rolloutLength !== undefined;
  const settings = {
    seed: 1,
    workers: 1,
    environmentsPerWorker: isWhole ? 1 : 3,
    rolloutLength: 16,
    ...request,
  };
  const spec = resolveJobSpec(settings, definition, () => 1);
  const network = describeNetwork(spec, definition);
  const engine: Engine = await openEngine(choice, { kernels, network });
  const algorithm = createAlgorithm({ spec, definition, network, random: Random.fromSeed(1), engine });
  const layout = createParameterLayout(network);
  algorithm.parameters.set(initializeParameters(layout, 'orthogonal', Random.fromSeed(2)));
  const environments = recordEnvironments(definition, algorithm.rollout, Random.fromSeed(3));
  await environments.recorder.start();
  const gradients: Float32Array[] = [];
  const tensors: number[] = [];
  for (let count = 0; count < rollouts; count += 1) {
    algorithm.beginRollout(true, beginning(spec));
    for (let step = 0; !algorithm.rollout.isComplete; step += 1) {
      algorithm.chooseActions(step);
      environments.play(step);
    }
    await algorithm.learn({
      approximateKl: Number.NaN,
      receive: () => true,
      send: () => {
        gradients.push(Float32Array.from(algorithm.gradient));
        return true;
      },
    });
    algorithm.rollout.restart();
    tensors.push(tf.memory().numTensors);
  }
  engine.close();
  return { gradients, tensors, layout };
}

describe.each(testedBackends)('TensorFlow.js on %s', (backend) => {
  beforeAll(async () => {
    await startTestedBackend(backend);
  });

  it.each(Object.keys(jobs))('differentiates as the kernels do: %s', async (name) => {
    const request = jobs[name] ?? { environment: 'CartPole-v1' };
    const ours = await collectGradients(request, kernelChoice, 3);
    const before = tf.memory().numTensors;
    const theirs = await collectGradients(request, createTfjsChoice(backend), 3);
    expect(theirs.gradients).toHaveLength(ours.gradients.length);
    theirs.gradients.forEach((gradient, index) => {
      const expected = ours.gradients[index] ?? [];
      const norm = Math.hypot(...expected);
      if (norm === 0) expect(Math.hypot(...gradient)).toBe(0);
      else expect(measureRelativeError(gradient, expected), `gradient ${index}`).toBeLessThan(1e-4);
    });
    expect(new Set(theirs.tensors).size, 'tensors after each rollout').toBe(1);
    expect(tf.memory().numTensors, 'tensors after the engine was closed').toBe(before);
  });
});
