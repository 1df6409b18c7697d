// Description of a TensorFlow.js topology: what the rest of the program needs to know of it without loading
// TensorFlow.js. `inspectTopology` computes it.
import { z } from 'zod';

const shapeSchema = z.array(z.int().min(1));

/** How a weight starts: as numbers, or drawn as a kernel of its place in the network. */
export const weightStartSchema = z.enum([
  'zeros',
  'ones',
  /** Zeros, and ones for the forget gates of an LSTM. */
  'forgetGates',
  'kernel',
  /** Orthogonal for each gate, whatever the initialization of the rest. */
  'recurrentKernel',
  'policyHead',
  'valueHead',
]);
export type WeightStart = z.infer<typeof weightStartSchema>;

export const modelWeightSchema = z.strictObject({
  name: z.string(),
  shape: shapeSchema,
  /**
   * Null for a weight that is trained. Others are running statistics, e.g. of a batch normalization: this share of them
   * stays at each step.
   */
  momentum: z.number().min(0).max(1).nullable(),
  /** Whether only the value depends on it. */
  isCritic: z.boolean(),
  start: weightStartSchema,
  /** Number of matrices side by side, one for each gate. */
  gates: z.int().min(1),
});
export type ModelWeight = z.infer<typeof modelWeightSchema>;

export const modelDescriptionSchema = z.strictObject({
  /** Shapes of one row of the inputs: the observation, then an action or states. */
  inputs: z.array(shapeSchema).min(1),
  /** Shapes of one row of the outputs: the policy, the value, then states. */
  outputs: z.array(z.array(z.int().min(0))).min(1),
  weights: z.array(modelWeightSchema),
  /** Whether policy and value share weights. */
  isShared: z.boolean(),
  /** Whether the policy depends on no input but the observation. */
  policyReadsOnlyObservations: z.boolean(),
  /** Whether the value depends on every input. */
  valueReadsEverything: z.boolean(),
  /** Size of the policy head's inputs; null if the policy does not come from a dense layer. */
  features: z.int().min(1).nullable(),
  /** Numbers that all layers keep of one row, for the estimate of memory. */
  outputNumbers: z.int().min(0),
  /** The best backend of TensorFlow.js that can differentiate it; null if this was not tried. */
  backend: z.enum(['wasm', 'cpu']).nullable(),
});
export type ModelDescription = z.infer<typeof modelDescriptionSchema>;
