// Settings of `ppo` in a job.
import { z } from 'zod';

const maxClipRange = 10;

export const ppoSpecSchema = z.strictObject({
  epochs: z.int().min(1).max(1000).describe('Passes over each rollout'),
  minibatches: z
    .int()
    .min(1)
    .max(65_536)
    .describe(
      'Equal parts of the rollout of a worker, with an update after each; with an lstm layer, parts are whole environments',
    ),
  clipRange: z
    .number()
    .min(0)
    .max(maxClipRange)
    .describe('ε: updates do not push π/π_old further than this from 1; more than 0'),
  finalClipRange: z
    .number()
    .positive()
    .max(maxClipRange)
    .nullable()
    .describe('clipRange changes linearly to this value until stop.maxSteps; null: constant'),
  valueClipRange: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe('Updates do not push a value further than this from its old value; null: no limit'),
  targetKl: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe('End the updates of a rollout when the approximate KL divergence exceeds this; null: no limit'),
});
export type PpoSpec = z.infer<typeof ppoSpecSchema>;
