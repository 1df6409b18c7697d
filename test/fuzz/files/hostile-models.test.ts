// Fuzz test of model files: they are a model that fits its environment, or are refused with the name of the problem.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/cli/models/load-model.ts';
import { AppError } from '../../../src/shared/errors/app-error.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { createLayersModel } from '../../../src/shared/model-format/create-layers-model.ts';
import { createModelCard } from '../../../src/shared/model-format/model-card.ts';
import { extractPolicyParameters } from '../../../src/shared/model-format/policy-parameters.ts';
import { initializeParameters } from '../../../src/shared/network/initialize-parameters.ts';
import { createParameterLayout } from '../../../src/shared/network/parameter-layout.ts';
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { hostileJsonText } from '../generators/hostile-json.ts';
import { applyMutation, byteDamage, damageBytes, mutation, type Mutation } from '../generators/mutation.ts';
import { countRuns } from '../runs.ts';

const registry = new EnvironmentRegistry(builtInEnvironments);

interface ModelFiles {
  readonly card: unknown;
  readonly model: unknown;
  readonly weights: Uint8Array;
}

function createModel(request: JobRequest): ModelFiles {
  const definition = registry.get(request.environment);
  const spec = resolveJobSpec(request, definition, () => 1);
  const layout = createParameterLayout(describeNetwork(spec, definition));
  const parameters = initializeParameters(layout, 'orthogonal', Random.fromSeed(1));
  const { modelJson, weights } = createLayersModel({ spec, definition, layout, parameters });
  const card = createModelCard({
    definition,
    spec,
    model: 'best',
    engine: { name: 'wasm', backend: 'wasm-simd' },
    policyParameters: extractPolicyParameters(layout, parameters),
    scores: { evaluation: null, steps: 0, updates: 0 },
    createdAt: new Date(0),
  });
  const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  return { card: throughJson(card), model: throughJson(modelJson), weights };
}

const firstModel = createModel({
  environment: 'CartPole-v1',
  network: { layers: [{ type: 'dense', units: 4 }] },
});
const models = [
  firstModel,
  createModel({ environment: 'Pendulum-v1', algorithm: 'a3c', normalizeRewards: true }),
  createModel({ environment: 'Catch-v0' }),
  createModel({ environment: 'CartPolePositions-v0' }),
];

/** Layers far larger than any memory, and others that do not fit. */
const layers = fc.array(
  fc.constantFrom(
    { type: 'dense', units: 4096, activation: 'relu' },
    { type: 'dense', units: 1e9, activation: 'relu' },
    { type: 'conv2d', filters: 1024, kernelSize: 1, strides: 1, activation: 'relu' },
    { type: 'conv2d', filters: 1, kernelSize: 64, strides: 64, activation: 'relu' },
    { type: 'flatten' },
    { type: 'lstm', units: 1024 },
  ),
  { maxLength: 8 },
);

const change = fc.oneof(
  fc.record({ type: fc.constant('card' as const), change: mutation }),
  fc.record({ type: fc.constant('model' as const), change: mutation }),
  fc.record({ type: fc.constant('weights' as const), how: byteDamage }),
  fc.record({
    type: fc.constant('numbers' as const),
    at: fc.nat(),
    value: fc.constantFrom(Number.NaN, Infinity, 3e38),
  }),
  fc.record({
    type: fc.constant('text' as const),
    file: fc.constantFrom('model.json', 'model-card.json'),
    text: hostileJsonText,
  }),
  fc.record({ type: fc.constant('layers' as const), layers }),
  fc.record({
    type: fc.constant('shapes' as const),
    shape: fc.array(fc.constantFrom(0, 1, 4, 1e9, 2 ** 53 - 1, -1, 1.5), { maxLength: 4 }),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer Kind> ? Kind : never;

async function writeChanged(
  directory: string,
  { card, model, weights }: ModelFiles,
  kind: Change,
): Promise<void> {
  const change = (value: unknown, how: Mutation): string => JSON.stringify(applyMutation(value, how));
  const files = new Map<string, string | Uint8Array>([
    ['model-card.json', JSON.stringify(card)],
    ['model.json', JSON.stringify(model)],
    ['weights.bin', weights],
  ]);
  switch (kind.type) {
    case 'card':
      files.set('model-card.json', change(card, kind.change));
      break;
    case 'model':
      files.set('model.json', change(model, kind.change));
      break;
    case 'weights':
      files.set('weights.bin', damageBytes(weights, kind.how));
      break;
    case 'numbers': {
      const values = new Float32Array(Uint8Array.from(weights).buffer);
      values[kind.at % values.length] = kind.value;
      files.set('weights.bin', new Uint8Array(values.buffer));
      break;
    }
    case 'text':
      files.set(kind.file, kind.text);
      break;
    case 'layers':
      files.set(
        'model-card.json',
        JSON.stringify(card).replace(/"layers":\[[^\]]*\]/, `"layers":${JSON.stringify(kind.layers)}`),
      );
      break;
    case 'shapes':
      files.set(
        'model.json',
        JSON.stringify(model).replace(/"shape":\[[^\]]*\]/, `"shape":${JSON.stringify(kind.shape)}`),
      );
  }
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory);
  for (const [name, content] of files) await writeFile(join(directory, name), content);
}

/** Far more than a model of these sizes takes, far less than a hostile shape asks for. */
const maxGrowthBytes = 512 * 1024 * 1024;

describe('a model from anywhere', () => {
  it('loads as it is', async () => {
    const directory = join(createTemporaryDirectory(), 'model');
    for (const model of models) {
      await writeChanged(directory, model, { type: 'numbers', at: 0, value: 3e38 });
      expect((await loadModel(directory, registry)).parameters.length).toBeGreaterThan(10);
    }
  });

  it.each<{ what: string; changed: Change; refusal: string }>([
    {
      what: 'layers that do not fit the observation',
      changed: {
        type: 'layers',
        layers: [{ type: 'conv2d', filters: 1, kernelSize: 64, strides: 64, activation: 'relu' }],
      },
      refusal: 'the model card has a job spec that is not valid: network.layers.0',
    },
    {
      what: 'a network that no memory holds',
      changed: {
        type: 'layers',
        layers: Array.from({ length: 8 }, () => ({ type: 'dense', units: 4096, activation: 'relu' })),
      },
      refusal: 'the model card has a job spec that is not valid: network',
    },
    {
      what: 'a spec of another environment',
      changed: { type: 'card', change: { at: 2, kind: 'replace', key: '', value: 'Acrobot-v1' } },
      refusal: 'the model card names Acrobot-v1, but its job spec names CartPole-v1',
    },
  ])('is refused with $what', async ({ changed, refusal }) => {
    const directory = join(createTemporaryDirectory(), 'model');
    await writeChanged(directory, firstModel, changed);
    await expect(loadModel(directory, registry)).rejects.toThrow(refusal);
  });

  it('fits its environment with finite numbers, or is refused, without taking memory', async () => {
    const directory = join(createTemporaryDirectory(), 'model');
    const before = process.memoryUsage().rss;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...models), change, async (model, kind) => {
        await writeChanged(directory, model, kind);
        const outcome: unknown = await loadModel(directory, registry).catch((error: unknown) => error);
        if (outcome instanceof AppError) return;
        if (outcome instanceof Error) throw outcome;
        const { parameters } = await loadModel(directory, registry);
        expect(parameters.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: countRuns(400) },
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(maxGrowthBytes);
  });
});
