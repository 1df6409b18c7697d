// Settings of `ddpg` in a job.
import { z } from 'zod';

export const ornsteinUhlenbeckNoiseSchema = z.strictObject({
  type: z
    .literal('ornsteinUhlenbeck')
    .describe(
      'Correlated noise: x ← x − theta·x·timeStep + sigma·√timeStep·N(0, 1), starting at 0 in each episode',
    ),
  theta: z.number().min(0).max(1e6).default(0.15).describe('How fast the noise returns to 0'),
  sigma: z
    .number()
    .min(0)
    .max(1e6)
    .default(0.3)
    .describe("Strength of the noise, relative to half the action's range (absolute if unbounded)"),
  timeStep: z.number().positive().max(1e3).default(0.01).describe('Time of one step'),
});

export const gaussianNoiseSchema = z.strictObject({
  type: z.literal('gaussian').describe('A new normal number in each step'),
  standardDeviation: z
    .number()
    .min(0)
    .max(1e6)
    .default(0.1)
    .describe("Relative to half the action's range (absolute if unbounded)"),
});

export const noiseSpecSchema = z.discriminatedUnion('type', [
  ornsteinUhlenbeckNoiseSchema,
  gaussianNoiseSchema,
]);
export type NoiseSpec = z.infer<typeof noiseSpecSchema>;

export const targetUpdateSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('soft').describe('Targets move a little towards the parameters with every update'),
    fraction: z.number().positive().max(1).default(0.005).describe('τ: the share of the way that they move'),
  }),
  z.strictObject({
    type: z.literal('hard').describe('Targets are replaced by the parameters every so many updates'),
    everyUpdates: z.int().min(1).max(1e9).default(100).describe('Updates of the worker between copies'),
  }),
]);
export type TargetUpdateSpec = z.infer<typeof targetUpdateSchema>;

const warmUpSchema = z.strictObject({
  criticSteps: z
    .int()
    .min(0)
    .max(1e9)
    .describe(
      'Steps of a worker before the critic learns; until then, actions in a bounded space are uniformly random',
    ),
  actorSteps: z.int().min(0).max(1e9).describe('Steps of a worker before the actor learns too'),
});

export const ddpgSpecSchema = z.strictObject({
  replaySize: z
    .int()
    .min(1)
    .max(1e8)
    .describe('Transitions in the replay buffer of each worker; new ones replace the oldest'),
  batchSize: z.int().min(1).max(65_536).describe('Transitions drawn for each gradient'),
  targetUpdate: targetUpdateSchema,
  noise: noiseSpecSchema,
  warmUp: warmUpSchema,
  huberThreshold: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe('Huber loss of the critic: quadratic up to this error, linear beyond; null: always quadratic'),
  invertGradients: z
    .boolean()
    .describe(
      'Inverting gradients: scale down gradients that drive an action towards a bound, and invert them beyond it; for a linear output in a bounded space',
    ),
});
export type DdpgSpec = z.infer<typeof ddpgSpecSchema>;

/** In a request, the preset fills every missing field. */
export const ddpgRequestSchema = z.strictObject({
  ...ddpgSpecSchema.partial().shape,
  warmUp: warmUpSchema.partial().optional(),
});
