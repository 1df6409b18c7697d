// Losses and gradients of PPO's minibatches against PyTorch's float64 autograd: every golden file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WasmEngine } from '../../../../../src/shared/engines/wasm/wasm-engine.ts';
import { networkSpecSchema } from '../../../../../src/shared/network/network-spec.ts';
import { describeNetwork } from '../../../../../src/shared/algorithms/describe-network.ts';
import type { PolicySpec } from '../../../../../src/shared/policy/policy-spec.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { createBoxSpace, type ActionSpace } from '../../../../../src/shared/spaces/space.ts';
import { engineKinds, loadGoldenEngine, type GoldenEngine } from '../../../../fixtures/engine-kinds.ts';
import { exampleSpec } from '../../../../fixtures/example-job.ts';
import { measureRelativeError } from '../../../../fixtures/measure-error.ts';
import { kernelKinds } from '../../../../fixtures/recorded-rollout.ts';

const directory = join(process.env.A3C_GOLDEN_DIR ?? join(import.meta.dirname, '../../../../golden'), 'ppo');
const tolerance = 1e-4;

const numbers = z.array(z.number());
const tensors = z.record(z.string(), z.object({ shape: numbers, values: numbers }));
const stateSchema = z.object({ hidden: numbers, cell: numbers });
const goldenSchema = z.object({
  name: z.string(),
  observationShape: numbers,
  network: networkSpecSchema.omit({ initialization: true }),
  distribution: z.discriminatedUnion('type', [
    z.object({ type: z.literal('categorical'), n: z.int() }),
    z.object({ type: z.literal('multiCategorical'), n: z.array(z.int()) }),
    z.object({ type: z.literal('gaussian'), size: z.int() }),
    z.object({
      type: z.literal('gaussianStateDependent'),
      size: z.int(),
      minimumStandardDeviation: z.number(),
    }),
  ]),
  weights: tensors,
  /** Of each tower; those of a shared trunk are one. */
  initialState: z.object({ policy: stateSchema, value: stateSchema }).nullable(),
  rollout: z.object({
    steps: z.int(),
    observations: numbers,
    actions: z.union([numbers, z.array(numbers)]),
    actionMask: z.array(z.array(z.boolean())).nullable(),
    terminated: z.array(z.boolean()),
    truncated: z.array(z.boolean()),
    oldLogProbabilities: numbers,
    oldValues: numbers,
    advantages: numbers,
    returns: numbers,
  }),
  loss: z.object({
    clipRange: z.number(),
    valueClipRange: z.number().nullable().default(null),
    valueCoefficient: z.number(),
    entropyCoefficient: z.number(),
  }),
  expected: z.object({
    values: numbers,
    logProbabilities: numbers,
    approximateKl: z.number(),
    clipFraction: z.number(),
    policyLoss: z.number(),
    valueLoss: z.number(),
    entropy: z.number(),
    gradients: tensors,
    globalNorm: z.number(),
  }),
});
type Golden = z.infer<typeof goldenSchema>;

const goldens = readdirSync(directory)
  .filter((name) => name.endsWith('.json'))
  .map((name) => goldenSchema.parse(JSON.parse(readFileSync(join(directory, name), 'utf8'))));

function describePolicy({ distribution }: Golden): { policy: PolicySpec; actionSpace: ActionSpace } {
  switch (distribution.type) {
    case 'categorical':
      return { policy: { type: 'categorical' }, actionSpace: { type: 'discrete', n: distribution.n } };
    case 'multiCategorical':
      return {
        policy: { type: 'multiCategorical' },
        actionSpace: { type: 'multiDiscrete', n: distribution.n },
      };
    case 'gaussian':
      return {
        policy: { type: 'gaussian', initialLogStandardDeviation: 0, minimumStandardDeviation: 0.001 },
        actionSpace: createBoxSpace([distribution.size], -1, 1),
      };
    case 'gaussianStateDependent': {
      const { size, minimumStandardDeviation } = distribution;
      return {
        policy: { type: 'gaussianStateDependent', minimumStandardDeviation },
        actionSpace: createBoxSpace([size], -1, 1),
      };
    }
  }
}

function describeJob(golden: Golden) {
  const { network, observationShape } = golden;
  const { policy, actionSpace } = describePolicy(golden);
  const spaces = { observationSpace: createBoxSpace(observationShape, -10, 10), actionSpace };
  const spec = {
    ...exampleSpec,
    network: { ...network, initialization: 'orthogonal' as const },
    policy,
    environmentsPerWorker: 1,
  };
  return { policy, spaces, shape: describeNetwork(spec, spaces) };
}

function differentiate(golden: Golden, { kernels = 'webAssembly', networkEngine }: GoldenEngine) {
  const { network, observationShape, rollout, weights, initialState, loss } = golden;
  const { policy, spaces, shape } = describeJob(golden);
  const rows = rollout.steps;
  const model = new WasmEngine(kernelKinds[kernels], networkEngine).createActorCritic({
    shape,
    policy,
    spaces,
    hasActionMask: rollout.actionMask !== null,
    observationSize: observationShape.reduce((product, extent) => product * extent, 1),
    capacity: rows,
    lossRows: rows,
    environments: 1,
    random: Random.fromSeed(1),
  });
  expect(model.layout.tensors.map(({ name }) => name).sort()).toEqual(Object.keys(weights).sort());
  for (const { name, offset } of model.layout.tensors)
    model.parameters.set(weights[name]?.values ?? [], offset);
  model.refresh();
  model.observations.set(rollout.observations);
  model.actions.set(rollout.actions.flat());
  rollout.actionMask?.forEach((mask, row) => model.mask?.set(mask.map(Number), row * model.maskSize));
  model.advantages.set(rollout.advantages);
  model.returns.set(rollout.returns);
  model.oldLogProbabilities.set(rollout.oldLogProbabilities);
  model.oldValues.set(rollout.oldValues);
  if (initialState && model.recurrence) {
    const { policy: ofPolicy, value } = initialState;
    const towers = network.shared ? [ofPolicy] : [ofPolicy, value];
    model.recurrence.setCarried(
      Float32Array.from(towers.flatMap(({ hidden, cell }) => [...hidden, ...cell])),
    );
    model.recurrence.followCarried(0, 0);
    for (let row = 1; row < rows; row += 1) {
      const hasEnded = rollout.terminated[row - 1] === true || rollout.truncated[row - 1] === true;
      model.recurrence.follow(row, hasEnded ? null : row - 1);
    }
  }
  model.computePolicy(0, rows);
  model.computeValues(0, rows);
  model.computeLogProbabilities(rows);
  const metrics = model.differentiate(rows, { type: 'clipped', ...loss }, { maxNorm: null, maxValue: null });
  return { model, metrics };
}

it('has files of every policy, of towers, trunks, convolutions, memories, masks and clipped values', () => {
  expect(goldens.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'ppo-categorical-two-towers',
      'ppo-categorical-value-clip-shared',
      'ppo-convolutional',
      'ppo-gaussian',
      'ppo-gaussian-state-dependent',
      'ppo-lstm',
      'ppo-masked',
      'ppo-multi-categorical',
    ]),
  );
});

const cases = await Promise.all(
  goldens.flatMap((golden) =>
    engineKinds.map(async (kind) => {
      const engine = await loadGoldenEngine(kind, describeJob(golden).shape);
      return { name: golden.name, golden, kind, engine };
    }),
  ),
);

describe.each(cases)('$name on $kind', async ({ golden, engine }) => {
  await engine.activate();
  const { expected } = golden;
  const { model, metrics } = differentiate(golden, engine);

  it('has the recorded values and log-probabilities', () => {
    expect(measureRelativeError(model.values, expected.values)).toBeLessThan(tolerance);
    expect(measureRelativeError(model.logProbabilities, expected.logProbabilities)).toBeLessThan(tolerance);
  });

  it('has the recorded losses, divergence and gradient norm', () => {
    for (const name of ['policyLoss', 'valueLoss', 'entropy', 'approximateKl', 'clipFraction'] as const)
      expect(Math.abs(metrics[name] - expected[name]), name).toBeLessThan(
        tolerance * Math.max(1, Math.abs(expected[name])),
      );
    expect(measureRelativeError([metrics.gradientNorm], [expected.globalNorm])).toBeLessThan(tolerance);
  });

  it('has the recorded gradient of every tensor', () => {
    for (const { name, offset, size } of model.layout.tensors) {
      const gradient = model.gradient.subarray(offset, offset + size);
      const error = measureRelativeError(gradient, expected.gradients[name]?.values ?? []);
      expect(error, name).toBeLessThan(tolerance);
    }
  });
});
