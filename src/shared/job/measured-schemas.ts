// Schemas of the measures as a job reports them: in groups, null until they are known.
import { z } from 'zod';
import type { Measured } from '../measures/measured.ts';
import { measureDescriptions, nullableMeasures } from '../measures/measures.ts';

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
