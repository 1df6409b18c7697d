// Losses and gradients against PyTorch's float64 autograd: every golden file of a kind the project trains.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { networkSpecSchema } from '../../../../src/shared/network/network-spec.ts';
import { CONTINUES, TERMINATED, TRUNCATED } from '../../../../src/shared/returns/generalized-advantage.ts';
import { engineKinds, loadGoldenEngine, type GoldenEngine } from '../../../fixtures/engine-kinds.ts';
import { measureRelativeError } from '../../../fixtures/measure-error.ts';
import {
  createRecordedAlgorithm,
  describeRecordedJob,
  replayRollout,
  type AlgorithmShape,
  type RolloutRecord,
} from '../../../fixtures/recorded-rollout.ts';

const directory = join(
  process.env.A3C_GOLDEN_DIR ?? join(import.meta.dirname, '../../../golden'),
  'gradients',
);
const tolerance = 1e-4;

const numbers = z.array(z.number());
const tensors = z.record(z.string(), z.object({ shape: numbers, values: numbers }));
/** Says whether a file is of a kind there is: initialization is no part of a golden network. */
const kindSchema = z.object({
  network: networkSpecSchema.omit({ initialization: true }),
  distribution: z.object({ type: z.literal('categorical'), n: z.int() }),
});
const stateSchema = z.object({ hidden: numbers, cell: numbers });
const goldenSchema = kindSchema.extend({
  /** Of each tower; those of a shared trunk are one. */
  initialState: z.object({ policy: stateSchema, value: stateSchema }).nullish(),
  name: z.string(),
  observationShape: numbers,
  weights: tensors,
  rollout: z.object({
    steps: z.int(),
    observations: numbers,
    nextObservation: numbers,
    actions: numbers,
    actionMask: z.array(z.array(z.boolean())).nullable(),
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
    values: numbers,
    bootstrapValue: z.number(),
    truncatedValues: z.record(z.string(), z.number()),
    logProbabilities: numbers,
    entropies: numbers,
    advantages: numbers,
    returns: numbers,
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
  .map((name): unknown => JSON.parse(readFileSync(join(directory, name), 'utf8')))
  .filter((content) => kindSchema.safeParse(content).success)
  .map((content) => goldenSchema.parse(content));

function readRecord({ rollout, observationShape }: Golden): RolloutRecord {
  const width = observationShape.reduce((product, extent) => product * extent, 1);
  const flat = [...rollout.observations, ...rollout.nextObservation];
  return {
    observations: Array.from({ length: rollout.steps + 1 }, (_, row) =>
      flat.slice(row * width, (row + 1) * width),
    ),
    actions: rollout.actions,
    masks: rollout.actionMask?.map((mask) => mask.map(Number)) ?? null,
    rewards: rollout.rewards,
    ends: rollout.terminated.map((terminated, row) => {
      if (terminated) return TERMINATED;
      return rollout.truncated[row] ? TRUNCATED : CONTINUES;
    }),
    finalObservations: new Map(
      Object.entries(rollout.truncatedObservations).map(([row, observation]) => [Number(row), observation]),
    ),
  };
}

function describeJob({ network, observationShape, distribution, loss, rollout }: Golden): AlgorithmShape {
  return {
    observationSize: observationShape,
    actions: distribution.n,
    hasMask: rollout.actionMask !== null,
    settings: {
      ...loss,
      rolloutLength: rollout.steps,
      network: { ...network, initialization: 'orthogonal' },
    },
  };
}

function replay(golden: Golden, engine: GoldenEngine) {
  const { network, initialState, weights } = golden;
  const record = readRecord(golden);
  const recorded = createRecordedAlgorithm({ ...describeJob(golden), ...engine });
  const { algorithm, layout } = recorded;
  expect(layout.tensors.map(({ name }) => name).sort()).toEqual(Object.keys(weights).sort());
  for (const { name, offset, shape } of layout.tensors) {
    expect(shape, name).toEqual(weights[name]?.shape);
    algorithm.parameters.set(weights[name]?.values ?? [], offset);
  }
  if (initialState) {
    const { policy, value } = initialState;
    const towers = network.shared ? [policy] : [policy, value];
    const carried = towers.flatMap(({ hidden, cell }) => [...hidden, ...cell]);
    algorithm.rollout.recurrence?.setCarried(Float32Array.from(carried));
  }
  return {
    ...recorded,
    record,
    figures: { ...replayRollout(algorithm, record, { entropyCoefficient: golden.loss.entropyCoefficient }) },
  };
}

it('has files of towers, trunks, convolutions, memories, masks, terminations and truncations', () => {
  expect(goldens.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'convolutional',
      'lstm',
      'masked-categorical',
      'shared-trunk',
      'tanh-64-64-gae-truncated',
      'tutorial-two-towers',
      'tutorial-two-towers-terminated',
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
  const { expected, rollout, distribution } = golden;
  const { algorithm, layout, record, figures, readPolicyRows } = replay(golden, engine);
  const { probabilities, logProbabilities } = readPolicyRows();
  const rows = Array.from({ length: rollout.steps }, (_, row) => row);
  const largestValue = Math.max(...expected.values.map(Math.abs));

  it('has the recorded values, also of the observations that bootstrap', () => {
    const bootstraps = record.ends.at(-1) === CONTINUES;
    const values = rows.map((row) => algorithm.model.values[row] ?? Number.NaN);
    expect(measureRelativeError(values, expected.values)).toBeLessThan(tolerance);
    if (bootstraps) {
      const difference = (algorithm.model.values[rollout.steps] ?? Number.NaN) - expected.bootstrapValue;
      expect(Math.abs(difference)).toBeLessThan(tolerance * largestValue);
    }
    for (const [row, value] of Object.entries(expected.truncatedValues)) {
      const finalRow = algorithm.rollout.finalRows[Number(row)] ?? -1;
      const difference = (algorithm.model.values[finalRow] ?? Number.NaN) - value;
      expect(Math.abs(difference), `row ${row}`).toBeLessThan(tolerance * largestValue);
    }
  });

  it('has the recorded log-probabilities and entropies', () => {
    const taken = rows.map(
      (row) => logProbabilities[row * distribution.n + (record.actions[row] ?? 0)] ?? Number.NaN,
    );
    expect(measureRelativeError(taken, expected.logProbabilities)).toBeLessThan(tolerance);
    const entropies = rows.map((row) => {
      const from = row * distribution.n;
      const logs = logProbabilities.subarray(from, from + distribution.n);
      return -logs.reduce((sum, log, action) => sum + (probabilities[from + action] ?? 0) * log, 0);
    });
    expect(measureRelativeError(entropies, expected.entropies)).toBeLessThan(tolerance);
  });

  it('has the recorded advantages and returns', () => {
    expect(measureRelativeError(algorithm.model.advantages, expected.advantages)).toBeLessThan(tolerance);
    expect(measureRelativeError(algorithm.model.returns, expected.returns)).toBeLessThan(tolerance);
  });

  it('has the recorded losses and gradient norm', () => {
    expect(measureRelativeError([figures.policyLoss], [expected.policyLoss])).toBeLessThan(tolerance);
    expect(measureRelativeError([figures.valueLoss], [expected.valueLoss])).toBeLessThan(tolerance);
    expect(measureRelativeError([figures.entropy], [expected.entropy])).toBeLessThan(tolerance);
    expect(measureRelativeError([figures.gradientNorm], [expected.globalNorm])).toBeLessThan(tolerance);
  });

  it.each(layout.tensors.map((tensor) => ({ tensor, name: tensor.name })))(
    'has the recorded gradient of $name',
    ({ tensor: { name, offset, size } }) => {
      const gradient = algorithm.gradient.subarray(offset, offset + size);
      const error = measureRelativeError(gradient, expected.gradients[name]?.values ?? []);
      expect(error).toBeLessThan(tolerance);
    },
  );
});
