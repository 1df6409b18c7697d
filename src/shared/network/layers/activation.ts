// Nonlinearities of layers.
import { z } from 'zod';

export const activationSchema = z
  .enum(['relu', 'tanh', 'elu', 'linear'])
  .describe('Nonlinearity applied to the outputs of a layer');
export type Activation = z.infer<typeof activationSchema>;
