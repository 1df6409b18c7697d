// Measures as a job reports them: in groups, null until they are known.
import { z } from 'zod';
import { measureDescriptions, nullableMeasures, type NullableMeasure } from '../measures/measures.ts';

/** Every measure by its name, as in the learning curve. */
export type Measured = Record<NullableMeasure, number | null>;

// The compiler does not know the keys of an object that is built from a list; the overload names them.
function createFields(): Record<keyof Measured, z.ZodDefault<z.ZodNullable<z.ZodNumber>>>;
function createFields(): object {
  return Object.fromEntries(
    nullableMeasures.map(({ name }) => [
      name,
      // Jobs of an earlier server lack some of them.
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
  .describe('Mean and standard deviation of a Gaussian policy; null for other policies');

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
  .describe('Metrics of learning; null if the algorithm does not have them');

export const workerTimeSchema = z
  .object({
    acting: measuredFields.actingShare,
    stepping: measuredFields.steppingShare,
    learning: measuredFields.learningShare,
    waiting: measuredFields.waitingShare,
  })
  .default({ acting: null, stepping: null, learning: null, waiting: null })
  .describe("Shares of the workers' time, which add up to 1; null before a rollout was timed");

/** All measures, unknown. */
export const unknownMeasures: Measured = z.object(measuredFields).parse({});

interface MeasureGroups {
  readonly losses: z.infer<typeof lossFiguresSchema>;
  readonly policy: z.infer<typeof policyFiguresSchema>;
  readonly learning: z.infer<typeof learningFiguresSchema>;
  readonly workerTime: z.infer<typeof workerTimeSchema>;
}

/** Arranges measures in the groups of a job. */
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

/** Lists the measures of a job's groups by name. */
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
