// Settings of an LSTM layer.
import { z } from 'zod';

export const lstmLayerSchema = z.strictObject({
  type: z.literal('lstm').describe('Remembers from step to step of an episode'),
  units: z.int().min(1).max(1024).describe('Number of outputs'),
});
export type LstmLayerSpec = z.infer<typeof lstmLayerSchema>;
