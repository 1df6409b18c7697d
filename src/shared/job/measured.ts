// Measures as a job reports them: in groups, and null until they are known.
import { z } from 'zod';
import { measureDescriptions, nullableMeasures, type NullableMeasure } from '../measures/measures.ts';

/** Every measure by its name, as the learning curve has them. */
export type Measured = Record<NullableMeasure, number | null>;

// What is built from a list has no keys that the compiler could know; the overload names those of the list.
function createFields(): Record<keyof Measured, z.ZodDefault<z.ZodNullable<z.ZodNumber>>>;
function createFields(): object {
  return Object.fromEntries(
    nullableMeasures.map(({ name }) => [
      name,
      // An earlier server does not know all of them.
      z.number().nullable().default(null).describe(measureDescriptions[name]),
    ]),
  );
}

export const measuredFields = createFields();

export const lossFiguresSchema = z.object({
  policy: measuredFields.policyLoss,
  value: measuredFields.valueLoss,
  entropy: measuredFields.entropy,
  gradientNorm: measuredFields.gradientNorm,
});

export const policyFiguresSchema = z
  .object({ mean: measuredFields.policyMean, standardDeviation: measuredFields.policyStandardDeviation })
  .default({ mean: null, standardDeviation: null })
  .describe('Where a Gaussian policy aims and how widely; null for other policies');

export const learningFiguresSchema = z
  .object({
    learningRate: measuredFields.learningRate,
    explainedVariance: measuredFields.explainedVariance,
    approximateKl: measuredFields.approximateKl,
    clipFraction: measuredFields.clipFraction,
    episodeLength: measuredFields.episodeLength,
  })
  .default({
    learningRate: null,
    explainedVariance: null,
    approximateKl: null,
    clipFraction: null,
    episodeLength: null,
  })
  .describe('How learning goes; null for what an algorithm does not have');

export const workerTimeSchema = z
  .object({
    acting: measuredFields.actingShare,
    stepping: measuredFields.steppingShare,
    learning: measuredFields.learningShare,
    waiting: measuredFields.waitingShare,
  })
  .default({ acting: null, stepping: null, learning: null, waiting: null })
  .describe("What the workers' time goes to: parts that add up to 1, null until a rollout was timed");

/** Before anything is measured. */
export const nothingMeasured: Measured = z.object(measuredFields).parse({});

interface MeasureGroups {
  readonly losses: z.infer<typeof lossFiguresSchema>;
  readonly policy: z.infer<typeof policyFiguresSchema>;
  readonly learning: z.infer<typeof learningFiguresSchema>;
  readonly workerTime: z.infer<typeof workerTimeSchema>;
}

/** Measures in the groups of a job. */
export function groupMeasures(measured: Measured): MeasureGroups {
  const { policyLoss, valueLoss, entropy, gradientNorm, policyMean, policyStandardDeviation, ...others } =
    measured;
  const { actingShare, steppingShare, learningShare, waitingShare, ...learning } = others;
  return {
    losses: { policy: policyLoss, value: valueLoss, entropy, gradientNorm },
    policy: { mean: policyMean, standardDeviation: policyStandardDeviation },
    learning,
    workerTime: {
      acting: actingShare,
      stepping: steppingShare,
      learning: learningShare,
      waiting: waitingShare,
    },
  };
}

/** The measures of a job's groups by their names. */
export function flattenMeasures({ losses, policy, learning, workerTime }: MeasureGroups): Measured {
  return {
    policyLoss: losses.policy,
    valueLoss: losses.value,
    entropy: losses.entropy,
    gradientNorm: losses.gradientNorm,
    policyMean: policy.mean,
    policyStandardDeviation: policy.standardDeviation,
    ...learning,
    actingShare: workerTime.acting,
    steppingShare: workerTime.stepping,
    learningShare: workerTime.learning,
    waitingShare: workerTime.waiting,
  };
}
