// Settings of a dense layer.
import { z } from 'zod';
import { activationSchema } from './activation.ts';

export const denseLayerSchema = z.strictObject({
  type: z.literal('dense'),
  units: z.int().min(1).max(4096).describe('Number of outputs'),
  activation: activationSchema.default('relu'),
});
export type DenseLayerSpec = z.infer<typeof denseLayerSchema>;
