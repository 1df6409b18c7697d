// The `ppo` part of a job: settings that only proximal policy optimization has.
import { z } from 'zod';

const clipRange = z.number().positive().max(10);

export const ppoSpecSchema = z.strictObject({
  epochs: z.int().min(1).max(1000).describe('Passes over each rollout'),
  minibatches: z
    .int()
    .min(1)
    .max(65_536)
    .describe(
      'Equal parts of a rollout of one worker, with an update after each; of whole environments for lstm',
    ),
  clipRange: clipRange.describe('ε: how far π/π_old may move from 1 before an update stops pushing it'),
  finalClipRange: clipRange
    .nullable()
    .describe('What clipRange changes to, linearly, until stop.maxSteps; null: it stays'),
  valueClipRange: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe(
      'How far a value may move from what it was before an update stops pushing it; null: any distance',
    ),
  targetKl: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .describe('End the updates of a rollout once the approximate KL divergence passes this; null: never'),
});
export type PpoSpec = z.infer<typeof ppoSpecSchema>;
