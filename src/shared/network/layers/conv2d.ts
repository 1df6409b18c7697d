// Convolutions without padding: [height, width, channels] to [height, width, filters], with kernels as
// [height, width, channels, filters].
import type { ConvolutionLayerSpec } from './conv2d-spec.ts';
import { describeKernelAndBias, type LayerDescriptor } from './layer-descriptor.ts';

export const conv2d: LayerDescriptor<ConvolutionLayerSpec> = {
  isRecurrent: false,
  flattensObservation: false,
  explainMisfit({ kernelSize }, inputShape) {
    if (inputShape.length !== 3)
      return `conv2d takes [height, width, channels], not [${inputShape.join(', ')}]: it has no picture to look at`;
    const [height = 0, width = 0] = inputShape;
    if (kernelSize <= Math.min(height, width)) return null;
    return `a kernel of ${kernelSize} × ${kernelSize} is larger than its input of ${height} × ${width}`;
  },
  computeOutputShape({ filters, kernelSize, strides }, [height = 0, width = 0]) {
    const slide = (extent: number): number => Math.floor((extent - kernelSize) / strides) + 1;
    return [slide(height), slide(width), filters];
  },
  listTensors: ({ filters, kernelSize }, inputShape) =>
    describeKernelAndBias([kernelSize, kernelSize, inputShape.at(-1) ?? 1, filters]),
};
