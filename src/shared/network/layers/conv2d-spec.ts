// Settings of a convolution layer.
import { z } from 'zod';
import { activationSchema } from './activation.ts';

export const convolutionLayerSchema = z.strictObject({
  type: z.literal('conv2d').describe('Convolution of [height, width, channels] without padding'),
  filters: z.int().min(1).max(1024).describe('Number of output channels'),
  kernelSize: z.int().min(1).max(64).describe('Height and width of the kernel'),
  strides: z.int().min(1).max(64).default(1).describe('Step of the kernel in both directions'),
  activation: activationSchema.default('relu'),
});
export type ConvolutionLayerSpec = z.infer<typeof convolutionLayerSchema>;
