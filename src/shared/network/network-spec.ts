// The `network` part of a job: which layers stand between an observation, the policy and the value.
import { z } from 'zod';

export const activationSchema = z
  .enum(['relu', 'tanh', 'elu', 'linear'])
  .describe('Nonlinearity applied to the outputs of a layer');
export type Activation = z.infer<typeof activationSchema>;

export const denseLayerSchema = z.strictObject({
  type: z.literal('dense'),
  units: z.int().min(1).max(4096).describe('Number of outputs'),
  activation: activationSchema.default('relu'),
});
export type DenseLayerSpec = z.infer<typeof denseLayerSchema>;

export const convolutionLayerSchema = z.strictObject({
  type: z.literal('conv2d').describe('Convolution of [height, width, channels] without padding'),
  filters: z.int().min(1).max(1024).describe('Number of output channels'),
  kernelSize: z.int().min(1).max(64).describe('Height and width of the kernel'),
  strides: z.int().min(1).max(64).default(1).describe('Step of the kernel in both directions'),
  activation: activationSchema.default('relu'),
});
export type ConvolutionLayerSpec = z.infer<typeof convolutionLayerSchema>;

export const flattenLayerSchema = z.strictObject({
  type: z.literal('flatten').describe('Makes one row of numbers of a picture'),
});

export const lstmLayerSchema = z.strictObject({
  type: z.literal('lstm').describe('Remembers from step to step of an episode'),
  units: z.int().min(1).max(1024).describe('Number of outputs'),
});

export const layerSchema = z.discriminatedUnion('type', [
  denseLayerSchema,
  convolutionLayerSchema,
  flattenLayerSchema,
  lstmLayerSchema,
]);
export type Layer = z.infer<typeof layerSchema>;

export const networkSpecSchema = z.strictObject({
  shared: z.boolean().describe('One trunk for policy and value (true) or a tower for each (false)'),
  layers: z.array(layerSchema).max(8).describe('Hidden layers of the trunk, or of each tower'),
  valueLayers: z
    .array(layerSchema)
    .max(8)
    .optional()
    .describe('Hidden layers of the value tower where they differ; only with shared: false'),
  initialization: z
    .enum(['orthogonal', 'glorot'])
    .describe(
      'How kernels start: orthogonal (gain √2 in hidden layers, 0.01 policy head, 1 value head) or glorot uniform',
    ),
});
export type NetworkSpec = z.infer<typeof networkSpecSchema>;
