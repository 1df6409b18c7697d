// Measures as a job reports them: in groups, and null until they are known.
import { z } from 'zod';
import { measures, type GradientMeasure, type RunMeasure } from '../measures/measures.ts';

/** Every measure by its name, as the learning curve has them. */
export type Measured = Record<GradientMeasure | RunMeasure, number | null>;

// What is built from a list has no keys that the compiler could know; the overload names those of the list.
function createFields(): Record<keyof Measured, z.ZodDefault<z.ZodNullable<z.ZodNumber>>>;
function createFields(): object {
  return Object.fromEntries(
    measures.map(({ name, unit, description }) => [
      name,
      // An earlier server does not know all of them.
      z
        .number()
        .nullable()
        .default(null)
        .describe(unit === '' ? description : `${description} [${unit}]`),
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

/** Before anything is measured. */
export const nothingMeasured: Measured = z.object(measuredFields).parse({});

interface MeasureGroups {
  readonly losses: z.infer<typeof lossFiguresSchema>;
  readonly policy: z.infer<typeof policyFiguresSchema>;
  readonly learning: z.infer<typeof learningFiguresSchema>;
}

/** Measures in the groups of a job. */
export function groupMeasures(measured: Measured): MeasureGroups {
  const { policyLoss, valueLoss, entropy, gradientNorm, policyMean, policyStandardDeviation, ...learning } =
    measured;
  return {
    losses: { policy: policyLoss, value: valueLoss, entropy, gradientNorm },
    policy: { mean: policyMean, standardDeviation: policyStandardDeviation },
    learning,
  };
}

/** The measures of a job's groups by their names. */
export function flattenMeasures({ losses, policy, learning }: MeasureGroups): Measured {
  return {
    policyLoss: losses.policy,
    valueLoss: losses.value,
    entropy: losses.entropy,
    gradientNorm: losses.gradientNorm,
    policyMean: policy.mean,
    policyStandardDeviation: policy.standardDeviation,
    ...learning,
  };
}
