// Settings of the optimizer in a job.
import { z } from 'zod';

const learningRate = z.number().positive().max(1);
const schedule = z.enum(['constant', 'linear']).describe('constant, or linear: falls to 0 at stop.maxSteps');

const epsilon = z
  .number()
  .positive()
  .max(1)
  .describe('adam: added to the root of the second moment; rmsprop: to the mean square before its root');

export const adamSchema = z.strictObject({
  type: z.literal('adam'),
  learningRate: learningRate.describe('Step size of the policy (and of a shared trunk)'),
  criticLearningRate: learningRate.nullable().describe('Step size of the value tower; null: learningRate'),
  schedule: schedule,
  beta1: z.number().min(0).lt(1).describe('Decay of the first moment'),
  beta2: z.number().min(0).lt(1).describe('Decay of the second moment'),
  epsilon,
});

export const rmsPropSchema = z.strictObject({
  type: z.literal('rmsprop'),
  learningRate: learningRate.describe('Step size of the policy (and of a shared trunk)'),
  criticLearningRate: learningRate.nullable().describe('Step size of the value tower; null: learningRate'),
  schedule: schedule,
  decay: z.number().min(0).lt(1).describe('Decay of the mean square'),
  momentum: z.number().min(0).lt(1).describe('Momentum of the update'),
  epsilon,
});

export const optimizerSchema = z.discriminatedUnion('type', [adamSchema, rmsPropSchema]);
export type OptimizerSpec = z.infer<typeof optimizerSchema>;
export type LearningRates = Pick<OptimizerSpec, 'learningRate' | 'criticLearningRate'>;
