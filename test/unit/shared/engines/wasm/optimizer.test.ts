// Adam and RMSProp side by side with tfjs's, on the same random gradients.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OptimizerSpec } from '../../../../../src/shared/optimizers/optimizer-spec.ts';
import { optimizerDefaults } from '../../../../../src/shared/job/job-defaults.ts';
import { KernelMemoryPlan } from '../../../../../src/shared/engines/wasm/kernels/kernel-memory.ts';
import { createOptimizer } from '../../../../../src/shared/engines/wasm/optimizer.ts';
import { createParameterLayout } from '../../../../../src/shared/network/parameter-layout.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { measureRelativeError } from '../../../../fixtures/measure-error.ts';
import { kernelKinds, type KernelKind } from '../../../../fixtures/recorded-rollout.ts';

const steps = 30;
const layout = createParameterLayout({
  network: {
    shared: false,
    layers: [{ type: 'dense', units: 7, activation: 'tanh' }],
    initialization: 'orthogonal',
  },
  observationShape: [3],
  policyOutputs: 2,
});

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const specs: Record<string, OptimizerSpec> = {
  adam: { ...optimizerDefaults.adam, learningRate: 0.01 },
  'adam with its own decays': { ...optimizerDefaults.adam, beta1: 0.7, beta2: 0.9, epsilon: 1e-3 },
  rmsprop: { ...optimizerDefaults.rmsprop, learningRate: 0.01 },
  'rmsprop with momentum': { ...optimizerDefaults.rmsprop, decay: 0.9, momentum: 0.5, epsilon: 1e-4 },
};

function createTfOptimizer(spec: OptimizerSpec, learningRate: number): tf.Optimizer {
  switch (spec.type) {
    case 'adam':
      return tf.train.adam(learningRate, spec.beta1, spec.beta2, spec.epsilon);
    case 'rmsprop':
      return tf.train.rmsprop(learningRate, spec.decay, spec.momentum, spec.epsilon);
  }
}

/** Gradients whose sizes spread over several powers of ten, as those of a network do. */
function drawGradients(seed: number): Float32Array[] {
  const random = Random.fromSeed(seed);
  return Array.from({ length: steps }, () =>
    Float32Array.from({ length: layout.size }, () => random.nextNormal() * 10 ** random.nextUniform(-4, 0)),
  );
}

const initial = Float32Array.from({ length: layout.size }, (_, index) => Math.sin(index));

interface Run {
  readonly gradients: readonly Float32Array[];
  readonly rateFactor?: number;
  readonly kernels?: KernelKind;
}

function runOurs(spec: OptimizerSpec, { gradients, rateFactor = 1, kernels = 'webAssembly' }: Run) {
  const plan = new KernelMemoryPlan();
  const target = { parameters: plan.reserve(layout.size), gradient: plan.reserve(layout.size) };
  const optimizer = createOptimizer(plan, spec, layout);
  const memory = plan.build();
  const bound = kernelKinds[kernels](memory);
  const parameters = memory.view(target.parameters, layout.size);
  parameters.set(initial);
  for (const gradient of gradients) {
    memory.view(target.gradient, layout.size).set(gradient);
    optimizer.step(bound, target, rateFactor);
  }
  return [...parameters];
}

function runTf(spec: OptimizerSpec, learningRate: number, gradients: readonly Float32Array[]): number[] {
  const variable = tf.variable(tf.tensor1d(initial));
  const optimizer = createTfOptimizer(spec, learningRate);
  for (const gradient of gradients) optimizer.applyGradients({ [variable.name]: tf.tensor1d(gradient) });
  const parameters = Array.from(variable.dataSync());
  tf.disposeVariables();
  return parameters;
}

describe.each(Object.entries(specs).map(([name, spec]) => ({ name, spec })))('$name', ({ spec }) => {
  const gradients = drawGradients(1);

  it.each(['webAssembly', 'reference'] as const)('moves parameters as that of tfjs does (%s)', (kernels) => {
    const expected = runTf(spec, spec.learningRate, gradients);
    const moves = (parameters: readonly number[]): number[] =>
      parameters.map((parameter, index) => parameter - (initial[index] ?? 0));
    const ours = runOurs(spec, { gradients, kernels });
    expect(measureRelativeError(moves(ours), moves(expected))).toBeLessThan(1e-4);
  });

  it('moves the critic at a rate of its own', () => {
    const { criticOffset } = layout;
    const ours = runOurs({ ...spec, criticLearningRate: 0.05 }, { gradients });
    const actor = runTf(spec, spec.learningRate, gradients).slice(0, criticOffset);
    const critic = runTf(spec, 0.05, gradients).slice(criticOffset);
    expect(measureRelativeError(ours.slice(0, criticOffset), actor)).toBeLessThan(1e-5);
    expect(measureRelativeError(ours.slice(criticOffset), critic)).toBeLessThan(1e-5);
  });

  it('multiplies every rate by the factor of the schedule', () => {
    const slowed = { ...spec, learningRate: spec.learningRate / 4, criticLearningRate: 0.01 };
    const ours = runOurs({ ...spec, criticLearningRate: 0.04 }, { gradients, rateFactor: 0.25 });
    expect(ours).toEqual(runOurs(slowed, { gradients }));
  });

  it('moves nothing at a factor of 0', () => {
    expect(runOurs(spec, { gradients, rateFactor: 0 })).toEqual([...initial]);
  });
});
