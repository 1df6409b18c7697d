// Settings of a flatten layer: none.
import { z } from 'zod';

export const flattenLayerSchema = z.strictObject({
  type: z.literal('flatten').describe('Makes one row of numbers of a picture'),
});
export type FlattenLayerSpec = z.infer<typeof flattenLayerSchema>;
