// Dense layers: activation(x·W + b) with W as [inputs, outputs].
import { countElements } from '../shape.ts';
import type { DenseLayerSpec } from './dense-spec.ts';
import { describeKernelAndBias, explainRowMisfit, type LayerDescriptor } from './layer-descriptor.ts';

export const dense: LayerDescriptor<Pick<DenseLayerSpec, 'units'>> = {
  isRecurrent: false,
  flattensObservation: true,
  explainMisfit: (_layer, inputShape) => explainRowMisfit('dense', inputShape),
  computeOutputShape: ({ units }) => [units],
  listTensors: ({ units }, inputShape) => describeKernelAndBias([countElements(inputShape), units]),
};
