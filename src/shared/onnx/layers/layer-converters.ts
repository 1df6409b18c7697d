// Registry of the layer classes of Keras that can be written as ONNX.
import { activation, elu, leakyRelu, prelu, relu, softmax, thresholdedRelu } from './activations.ts';
import { convolution, depthwiseConvolution, separableConvolution } from './convolution.ts';
import { dense, embedding } from './dense.ts';
import type { LayerConverter } from './layer-converter.ts';
import { add, average, concatenate, maximum, minimum, multiply } from './merging.ts';
import { batchNormalization, layerNormalization, rescaling } from './normalization.ts';
import { averagePooling, globalAveragePooling, globalMaxPooling, maxPooling } from './pooling.ts';
import { gru, lstm, simpleRnn } from './recurrent.ts';
import { flatten, identity, permute, repeatVector, reshape, zeroPadding2d } from './shapes.ts';

export const layerConverters: ReadonlyMap<string, LayerConverter> = new Map([
  ['Activation', activation],
  ['Add', add],
  ['AlphaDropout', identity],
  ['Average', average],
  ['AveragePooling1D', averagePooling],
  ['AveragePooling2D', averagePooling],
  ['BatchNormalization', batchNormalization],
  ['Concatenate', concatenate],
  ['Conv1D', convolution],
  ['Conv2D', convolution],
  ['Dense', dense],
  ['DepthwiseConv2D', depthwiseConvolution],
  ['Dropout', identity],
  ['ELU', elu],
  ['Embedding', embedding],
  ['Flatten', flatten],
  ['GRU', gru],
  ['GaussianDropout', identity],
  ['GaussianNoise', identity],
  ['GlobalAveragePooling1D', globalAveragePooling],
  ['GlobalAveragePooling2D', globalAveragePooling],
  ['GlobalMaxPooling1D', globalMaxPooling],
  ['GlobalMaxPooling2D', globalMaxPooling],
  ['LSTM', lstm],
  ['LayerNormalization', layerNormalization],
  ['LeakyReLU', leakyRelu],
  ['MaxPooling1D', maxPooling],
  ['MaxPooling2D', maxPooling],
  ['Maximum', maximum],
  ['Minimum', minimum],
  ['Multiply', multiply],
  ['PReLU', prelu],
  ['Permute', permute],
  ['ReLU', relu],
  ['RepeatVector', repeatVector],
  ['Rescaling', rescaling],
  ['Reshape', reshape],
  ['SeparableConv2D', separableConvolution],
  ['SimpleRNN', simpleRnn],
  ['Softmax', softmax],
  ['SpatialDropout1D', identity],
  ['ThresholdedReLU', thresholdedRelu],
  ['ZeroPadding2D', zeroPadding2d],
]);
