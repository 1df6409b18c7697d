// Policies whose actions are several numbers, or real ones, against PyTorch's float64 autograd: losses and every tensor's gradient.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { networkSpecSchema } from '../../../../src/shared/network/network-spec.ts';
import type { PolicySpec } from '../../../../src/shared/policy/policy-spec.ts';
import { CONTINUES, TERMINATED, TRUNCATED } from '../../../../src/shared/returns/generalized-advantage.ts';
import { createBoxSpace } from '../../../../src/shared/spaces/space.ts';
import { measureRelativeError } from '../../../fixtures/measure-error.ts';
import { engineKinds, loadGoldenEngine, type GoldenEngine } from '../../../fixtures/engine-kinds.ts';
import {
  createRecordedAlgorithm,
  describeRecordedJob,
  replayRollout,
  type AlgorithmShape,
} from '../../../fixtures/recorded-rollout.ts';

const directory = join(
  process.env.A3C_GOLDEN_DIR ?? join(import.meta.dirname, '../../../golden'),
  'gradients',
);
const tolerance = 1e-4;
const numbers = z.array(z.number());
const tensors = z.record(z.string(), z.object({ shape: numbers, values: numbers }));
const goldenSchema = z.object({
  name: z.string(),
  network: networkSpecSchema.omit({ initialization: true }),
  distribution: z.discriminatedUnion('type', [
    z.object({ type: z.literal('multiCategorical'), n: z.array(z.int()) }),
    z.object({ type: z.literal('gaussian'), size: z.int() }),
    z.object({
      type: z.literal('gaussianStateDependent'),
      size: z.int(),
      minimumStandardDeviation: z.number(),
    }),
  ]),
  weights: tensors,
  rollout: z.object({
    steps: z.int(),
    observations: numbers,
    nextObservation: numbers,
    actions: z.array(numbers),
    rewards: numbers,
    terminated: z.array(z.boolean()),
    truncated: z.array(z.boolean()),
    truncatedObservations: z.record(z.string(), numbers),
  }),
  loss: z.object({
    discount: z.number(),
    gaeLambda: z.number(),
    valueCoefficient: z.number(),
    entropyCoefficient: z.number(),
  }),
  expected: z.object({
    advantages: numbers,
    policyLoss: z.number(),
    valueLoss: z.number(),
    entropy: z.number(),
    gradients: tensors,
    globalNorm: z.number(),
  }),
});
type Golden = z.infer<typeof goldenSchema>;

const goldens = readdirSync(directory)
  .filter((name) => name.includes('gaussian') || name.includes('multi'))
  .map((name) => goldenSchema.parse(JSON.parse(readFileSync(join(directory, name), 'utf8'))));

function describePolicy({ distribution }: Golden): PolicySpec {
  switch (distribution.type) {
    case 'multiCategorical':
      return { type: 'multiCategorical' };
    case 'gaussian':
      return { type: 'gaussian', initialLogStandardDeviation: 0, minimumStandardDeviation: 0.001 };
    case 'gaussianStateDependent': {
      const { minimumStandardDeviation } = distribution;
      return { type: 'gaussianStateDependent', minimumStandardDeviation };
    }
  }
}

function describeJob(golden: Golden): AlgorithmShape {
  const { network, distribution, loss, rollout } = golden;
  return {
    observationSize: rollout.nextObservation.length,
    actions:
      distribution.type === 'multiCategorical'
        ? { type: 'multiDiscrete', n: distribution.n }
        : createBoxSpace([distribution.size], -1, 1),
    hasMask: false,
    settings: {
      ...loss,
      rolloutLength: rollout.steps,
      network: { ...network, initialization: 'orthogonal' },
      policy: describePolicy(golden),
    },
  };
}

function replay(golden: Golden, engine: GoldenEngine) {
  const { rollout, weights } = golden;
  const width = rollout.nextObservation.length;
  const flat = [...rollout.observations, ...rollout.nextObservation];
  const { algorithm, layout } = createRecordedAlgorithm({ ...describeJob(golden), ...engine });
  for (const { name, offset } of layout.tensors) {
    algorithm.parameters.set(weights[name]?.values ?? [], offset);
  }
  const { entropyCoefficient } = golden.loss;
  const record = {
    observations: Array.from({ length: rollout.steps + 1 }, (_, row) =>
      flat.slice(row * width, (row + 1) * width),
    ),
    actions: rollout.actions.flat(),
    masks: null,
    rewards: rollout.rewards,
    ends: rollout.terminated.map((terminated, row) => {
      if (terminated) return TERMINATED;
      return rollout.truncated[row] ? TRUNCATED : CONTINUES;
    }),
    finalObservations: new Map(
      Object.entries(rollout.truncatedObservations).map(([row, seen]) => [Number(row), seen]),
    ),
  };
  const figures = { ...replayRollout(algorithm, record, { entropyCoefficient }) };
  return { algorithm, layout, figures };
}

it('has files of every kind, of several elements and of a shared trunk', () => {
  expect(goldens.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'gaussian-1d',
      'gaussian-3d-shared',
      'gaussian-state-dependent',
      'multi-categorical',
    ]),
  );
});

const cases = await Promise.all(
  goldens.flatMap((golden) =>
    engineKinds.map(async (kind) => {
      const { network } = describeRecordedJob(describeJob(golden));
      return { name: golden.name, golden, kind, engine: await loadGoldenEngine(kind, network) };
    }),
  ),
);

describe.each(cases)('$name on $kind', async ({ golden, engine }) => {
  await engine.activate();
  const { expected, weights } = golden;
  const { algorithm, layout, figures } = replay(golden, engine);

  it('has the recorded parameters and no others', () => {
    expect(layout.tensors.map(({ name }) => name).sort()).toEqual(Object.keys(weights).sort());
    for (const { name, shape } of layout.tensors) expect(shape, name).toEqual(weights[name]?.shape);
  });

  it('has the recorded losses', () => {
    expect(figures.policyLoss).toBeCloseTo(expected.policyLoss, 4);
    expect(figures.valueLoss).toBeCloseTo(expected.valueLoss, 4);
    expect(figures.entropy).toBeCloseTo(expected.entropy, 4);
    expect(figures.gradientNorm / expected.globalNorm).toBeCloseTo(1, 4);
  });

  it('has the recorded gradient of every tensor', () => {
    for (const { name, offset, size } of layout.tensors) {
      const gradient = [...algorithm.gradient.subarray(offset, offset + size)];
      expect(measureRelativeError(gradient, expected.gradients[name]?.values ?? []), name).toBeLessThan(
        tolerance,
      );
    }
  });
});
