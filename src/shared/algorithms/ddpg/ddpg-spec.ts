// The `ddpg` part of a job: what only deep deterministic policy gradients have.
import { z } from 'zod';

export const ornsteinUhlenbeckNoiseSchema = z.strictObject({
  type: z
    .literal('ornsteinUhlenbeck')
    .describe(
      'Noise that wanders: x ← x − theta·x·timeStep + sigma·√timeStep·N(0, 1), from 0 in each episode',
    ),
  theta: z.number().min(0).max(1e6).default(0.15).describe('How fast the noise returns to 0'),
  sigma: z
    .number()
    .min(0)
    .max(1e6)
    .default(0.3)
    .describe("How strongly it is driven, as a share of half the action's range (absolute where unbounded)"),
  timeStep: z.number().positive().max(1e3).default(0.01).describe('Time that one step stands for'),
});

export const gaussianNoiseSchema = z.strictObject({
  type: z.literal('gaussian').describe('A new normal number each step'),
  standardDeviation: z
    .number()
    .min(0)
    .max(1e6)
    .default(0.1)
    .describe("As a share of half the action's range (absolute where unbounded)"),
});

export const noiseSpecSchema = z.discriminatedUnion('type', [
  ornsteinUhlenbeckNoiseSchema,
  gaussianNoiseSchema,
]);
export type NoiseSpec = z.infer<typeof noiseSpecSchema>;

export const targetUpdateSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('soft').describe('Targets follow the parameters a little with every update'),
    fraction: z.number().positive().max(1).default(0.005).describe('τ: how much of the way they go'),
  }),
  z.strictObject({
    type: z.literal('hard').describe('Targets are replaced by the parameters now and then'),
    everyUpdates: z.int().min(1).max(1e9).default(100).describe("Updates of this worker's between copies"),
  }),
]);
export type TargetUpdateSpec = z.infer<typeof targetUpdateSchema>;

const warmUpSchema = z.strictObject({
  criticSteps: z
    .int()
    .min(0)
    .max(1e9)
    .describe('Steps of a worker before it learns; its actions are uniformly random until then'),
  actorSteps: z.int().min(0).max(1e9).describe('Steps of a worker before its gradients move the actor too'),
});

export const ddpgSpecSchema = z.strictObject({
  replaySize: z.int().min(1).max(1e8).describe('Transitions each worker remembers; the oldest make room'),
  batchSize: z.int().min(1).max(65_536).describe('Transitions drawn for each gradient'),
  targetUpdate: targetUpdateSchema,
  noise: noiseSpecSchema,
  warmUp: warmUpSchema,
  huberThreshold: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe(
      'Errors of the critic count by their square up to this, linearly beyond; null: by their square',
    ),
  invertGradients: z
    .boolean()
    .describe(
      'Scale down what drives an action towards a bound, and turn it round beyond; for a linear output in a bounded space',
    ),
});
export type DdpgSpec = z.infer<typeof ddpgSpecSchema>;

/** In a request every field may be left to the preset. */
export const ddpgRequestSchema = z.strictObject({
  ...ddpgSpecSchema.partial().shape,
  warmUp: warmUpSchema.partial().optional(),
});
