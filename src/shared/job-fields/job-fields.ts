// Fields of every job, whatever its algorithm.
import { z } from 'zod';
import { wrappersSchema } from '../environments/wrappers/wrappers-spec.ts';
import { networkSpecSchema } from '../network/network-spec.ts';
import { adamSchema, optimizerSchema, rmsPropSchema } from '../optimizers/optimizer-spec.ts';
import { policySpecSchema } from '../policy/policy-spec.ts';

export const stopSchema = z.strictObject({
  maxSteps: z
    .int()
    .min(1)
    .max(1e12)
    .nullable()
    .describe('End after this many environment steps; null: no limit'),
  maxEpisodes: z.int().min(1).max(1e9).nullable().describe('End after this many episodes; null: no limit'),
  maxSeconds: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe('End after this many seconds of training; null: no limit'),
  targetReward: z
    .number()
    .nullable()
    .describe('End when movingAverage (100 episodes) reaches this; null: no target'),
  noImprovement: z
    .strictObject({
      evaluations: z.int().min(1).max(10_000).describe('Evaluations in a row without an improvement'),
      delta: z
        .number()
        .min(0)
        .default(0)
        .describe(
          'An evaluation is an improvement if its mean is higher than the best one before by more than this',
        ),
    })
    .nullable()
    .describe('End on a plateau: when evaluations have not improved for long; null: do not'),
  collapse: z
    .strictObject({
      fraction: z.number().gt(0).max(1).describe('Lost share of the gain, 0.5: half of it'),
    })
    .nullable()
    .describe(
      'End when movingAverage has lost this share of what it had gained since the first 100 episodes; null: do not',
    ),
});
export type StopLimits = z.infer<typeof stopSchema>;

export const evaluationSchema = z.strictObject({
  episodes: z.int().min(1).max(1000).describe('Greedy episodes per evaluation'),
  everySteps: z
    .int()
    .min(1)
    .max(1e12)
    .describe(
      'Training steps between evaluations; more if evaluations would take over a tenth of the compute',
    ),
  confirmationEpisodes: z
    .int()
    .min(0)
    .max(1000)
    .describe(
      'More greedy episodes for parameters that would be the best so far; they are the best only if the mean of all their episodes is. For returns that vary a lot; takes more than the tenth of the compute',
    ),
});
export type EvaluationSettings = z.infer<typeof evaluationSchema>;

export const checkpointSchema = z.strictObject({
  everySeconds: z
    .number()
    .min(1)
    .max(86_400)
    .describe('Seconds between checkpoints; at most this much work is lost when a process dies'),
  keep: z
    .int()
    .min(2)
    .max(100)
    .describe('Number of checkpoints to keep; an older one is used if a newer one is damaged'),
});
export type CheckpointSettings = z.infer<typeof checkpointSchema>;

/** Maximum number of steps of an environment between two updates. */
export const maxRolloutLength = 4096;

export const environmentFields = {
  environment: z.string().min(1).max(128).describe('Id of an environment, e.g. CartPole-v1'),
};

export const learningFields = {
  workers: z.int().min(1).max(64).describe('Worker threads'),
  environmentsPerWorker: z.int().min(1).max(1024).describe('Environments that each worker steps in lockstep'),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('Seed of all randomness; random by default'),
  rolloutLength: z
    .int()
    .min(1)
    .max(maxRolloutLength)
    .describe('Steps of each environment between updates (t_max)'),
  rolloutEpisodes: z
    .int()
    .min(1)
    .max(1024)
    .nullable()
    .describe(
      'Update after this many whole episodes instead, or after rolloutLength steps if these come first; null: by steps only',
    ),
  discount: z.number().min(0).max(1).describe('γ: weight of the next step relative to the current one'),
  gaeLambda: z
    .number()
    .min(0)
    .max(1)
    .describe('λ of generalized advantage estimation; 1 is the n-step return'),
  entropyCoefficient: z.number().min(0).max(10).describe('Weight of the entropy bonus'),
  finalEntropyCoefficient: z
    .number()
    .min(0)
    .max(10)
    .nullable()
    .describe('entropyCoefficient changes linearly to this value until stop.maxSteps; null: constant'),
  valueCoefficient: z.number().min(0).max(100).describe('Weight of the value loss'),
  maxGradientNorm: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe('Clip gradients to this global norm; null: no clipping'),
  finalMaxGradientNorm: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe('maxGradientNorm changes linearly to this value until stop.maxSteps; null: constant'),
  maxGradientValue: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe('Clip each element of a gradient to ± this, after the norm; null: no clipping'),
  normalizeObservations: z
    .boolean()
    .describe('Subtract the running mean of observations and divide by their standard deviation'),
  normalizeRewards: z
    .boolean()
    .describe('Divide rewards by the running standard deviation of discounted returns, and clip them to ±10'),
  normalizeAdvantages: z
    .boolean()
    .describe('Scale the advantages of each rollout to mean 0 and standard deviation 1'),
  optimizer: optimizerSchema,
  network: networkSpecSchema,
  policy: policySpecSchema,
};

export const runFields = {
  wrappers: wrappersSchema,
  environmentTimeoutSeconds: z
    .number()
    .min(0.1)
    .max(86_400)
    .describe(
      'A worker whose environments take longer than this for a call is replaced; a peer of a remote environment is disconnected',
    ),
  environmentMemoryMegabytes: z
    .int()
    .min(32)
    .max(1_048_576)
    .describe('A worker whose environments need more memory (JavaScript heap) is replaced'),
  stop: stopSchema,
  evaluation: evaluationSchema,
  checkpoint: checkpointSchema,
};

/** All job fields that an algorithm may read. */
export const jobFieldsSchema = z.strictObject({ ...environmentFields, ...learningFields, ...runFields });
export type JobFields = z.infer<typeof jobFieldsSchema>;

/** Every field of every optimizer. A request may leave the type to the preset. */
const optimizerRequestSchema = z.strictObject({
  ...adamSchema.partial().shape,
  ...rmsPropSchema.partial().shape,
  type: z.enum(['adam', 'rmsprop']).optional(),
});

/** The fields whose parts may be left out in a request. */
export const requestedFields = {
  optimizer: optimizerRequestSchema.optional(),
  network: networkSpecSchema.partial().optional(),
  wrappers: wrappersSchema.partial().optional(),
  stop: stopSchema.partial().optional(),
  evaluation: evaluationSchema.partial().optional(),
  checkpoint: checkpointSchema.partial().optional(),
};

/** The fields that a request or a preset may set. */
export const requestedJobFieldsSchema = z.strictObject({
  ...z.strictObject({ ...learningFields, ...runFields }).partial().shape,
  ...requestedFields,
});
export type RequestedJobFields = z.input<typeof requestedJobFieldsSchema>;
