// What a training job is told to do: one schema from which the HTTP body, CLI flags, help, OpenAPI and types derive.
import { z } from 'zod';
import { wrappersSchema } from '../environments/wrappers/wrappers-spec.ts';
import { adamSchema, optimizerSchema, rmsPropSchema } from '../optimizers/optimizer-spec.ts';
import { networkSpecSchema } from '../network/network-spec.ts';
import { modelNameSchema } from './model-name.ts';
import { policySpecSchema } from '../policy/policy-spec.ts';
import { ppoSpecSchema } from './ppo-spec.ts';
import { ddpgRequestSchema, ddpgSpecSchema } from './ddpg-spec.ts';

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
    .describe('End once movingAverage (100 episodes) reaches this; null: never'),
});

export const evaluationSchema = z.strictObject({
  episodes: z.int().min(1).max(1000).describe('Greedy episodes per evaluation'),
  everySteps: z.int().min(1).max(1e12).describe('Training steps between evaluations'),
});

export const checkpointSchema = z.strictObject({
  everySeconds: z
    .number()
    .min(1)
    .max(86_400)
    .describe('Seconds between checkpoints: at most so much work is lost when a process dies'),
  keep: z
    .int()
    .min(2)
    .max(100)
    .describe('Newest checkpoints that stay on the disk; an older one serves where a newer one is damaged'),
});

export const startFromSchema = z.strictObject({
  job: z.string().max(64).describe('Id of the job'),
  model: modelNameSchema.default('best').describe('Which of its models'),
});

/** Most steps of an environment between two updates. */
export const maxRolloutLength = 4096;

export const algorithms = ['a3c', 'a2c', 'reinforce', 'actor-critic', 'ppo', 'ddpg', 'random'] as const;
export const algorithmSchema = z
  .enum(algorithms)
  .describe(
    'a3c: asynchronous workers; a2c: the same with a barrier, bitwise reproducible; reinforce: whole episodes without ' +
      'a critic; actor-critic: one-step TD; ppo: epochs of minibatches with a clipped loss; ddpg: a deterministic policy from replayed steps, for continuous actions; ' +
      'random: uniform actions',
  );
export type Algorithm = z.infer<typeof algorithmSchema>;

/** Whether workers wait for each other: their gradients are averaged, and the mean is applied once. */
export function learnsInRounds(algorithm: Algorithm): boolean {
  return algorithm === 'a2c' || algorithm === 'ppo';
}

const metadataSchema = z
  .record(z.string().min(1).max(64), z.union([z.string().max(1024), z.number(), z.boolean(), z.null()]))
  .refine((metadata) => Object.keys(metadata).length <= 32, 'at most 32 keys');

/** The fully resolved spec: what a job stores and a master trains from. */
export const jobSpecSchema = z.strictObject({
  environment: z.string().min(1).max(128).describe('Registered environment id, e.g. CartPole-v1'),
  algorithm: algorithmSchema,
  workers: z.int().min(1).max(64).describe('Worker threads'),
  environmentsPerWorker: z.int().min(1).max(1024).describe('Environments each worker steps in lockstep'),
  seed: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .describe('Seed of all randomness; drawn at random when absent'),
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
      'Update after so many whole episodes instead, or rolloutLength steps if those come first; null: by steps only',
    ),
  discount: z.number().min(0).max(1).describe('γ: weight of the next step against this one'),
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
    .describe('What entropyCoefficient changes to, linearly, until stop.maxSteps; null: it stays'),
  valueCoefficient: z.number().min(0).max(100).describe('Weight of the value loss'),
  maxGradientNorm: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe('Clip gradients to this global norm; null: off'),
  finalMaxGradientNorm: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe('What maxGradientNorm changes to, linearly, until stop.maxSteps; null: it stays'),
  maxGradientValue: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe('Limit each element of a gradient to ± this, after its norm; null: off'),
  normalizeObservations: z
    .boolean()
    .describe('Subtract the running mean of observations and divide by their standard deviation'),
  normalizeRewards: z
    .boolean()
    .describe('Divide rewards by the running standard deviation of discounted returns, and clip them to ±10'),
  normalizeAdvantages: z
    .boolean()
    .describe('Give the advantages of each rollout mean 0 and standard deviation 1'),
  optimizer: optimizerSchema,
  network: networkSpecSchema,
  policy: policySpecSchema,
  ppo: ppoSpecSchema.nullable().describe('Settings of algorithm ppo; null for others'),
  ddpg: ddpgSpecSchema.nullable().describe('Settings of algorithm ddpg; null for others'),
  wrappers: wrappersSchema,
  environmentTimeoutSeconds: z
    .number()
    .min(0.1)
    .max(86_400)
    .describe('A worker whose environments do not answer for so long is replaced'),
  environmentMemoryMegabytes: z
    .int()
    .min(32)
    .max(1_048_576)
    .describe('A worker whose environments fill more memory (the JavaScript heap) is replaced'),
  stop: stopSchema,
  evaluation: evaluationSchema,
  checkpoint: checkpointSchema,
  startFrom: startFromSchema
    .nullable()
    .describe(
      'Begin with the weights of another job; what shapes the network is taken from there; null: anew',
    ),
  engine: z.enum(['wasm']).describe('What computes the network'),
  name: z.string().max(200).nullable().describe('Label for people'),
  metadata: metadataSchema.describe('Up to 32 values of your own, stored with the job'),
});
export type JobSpec = z.infer<typeof jobSpecSchema>;

/** Every field of every optimizer: in a request the type may be left to the preset. */
const optimizerRequestSchema = z.strictObject({
  ...adamSchema.partial().shape,
  ...rmsPropSchema.partial().shape,
  type: z.enum(['adam', 'rmsprop']).optional(),
});

/** What a client may post: `environment`, and whatever should differ from the environment's preset. */
export const jobRequestSchema = z.strictObject({
  ...jobSpecSchema.partial().shape,
  environment: jobSpecSchema.shape.environment,
  optimizer: optimizerRequestSchema.optional(),
  network: networkSpecSchema.partial().optional(),
  ppo: ppoSpecSchema.partial().nullable().optional(),
  ddpg: ddpgRequestSchema.nullable().optional(),
  wrappers: wrappersSchema.partial().optional(),
  stop: stopSchema.partial().optional(),
  evaluation: evaluationSchema.partial().optional(),
  checkpoint: checkpointSchema.partial().optional(),
});
export type JobRequest = z.input<typeof jobRequestSchema>;
