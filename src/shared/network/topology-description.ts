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

export const topologyWeightSchema = z.strictObject({
  name: z.string(),
  shape: shapeSchema,
  /** Weights that are not trained are running statistics, e.g. those of a batch normalization. */
  isTrained: z.boolean(),
  /** Whether only the value depends on it. */
  isCritic: z.boolean(),
  start: weightStartSchema,
  /** Number of matrices side by side, one for each gate. */
  gates: z.int().min(1),
});
export type TopologyWeight = z.infer<typeof topologyWeightSchema>;

export const topologyDescriptionSchema = z.strictObject({
  /** Shapes of one row of the inputs: the observation, then an action or states. */
  inputs: z.array(shapeSchema).min(1),
  /** Shapes of one row of the outputs: the policy, the value, then states. */
  outputs: z.array(z.array(z.int().min(0))).min(1),
  weights: z.array(topologyWeightSchema),
  /** Whether policy and value share weights. */
  isShared: z.boolean(),
  /** Number of inputs and outputs that are states passed from step to step. */
  states: z.int().min(0),
  /** Size of the policy head's inputs; null if the policy does not come from a dense layer. */
  features: z.int().min(1).nullable(),
  /** Numbers that all layers output for one row, for the estimate of memory. */
  outputNumbers: z.int().min(0),
});
export type TopologyDescription = z.infer<typeof topologyDescriptionSchema>;
