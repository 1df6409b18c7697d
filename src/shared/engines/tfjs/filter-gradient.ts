// Filter gradient of convolutions, which tfjs's wasm backend lacks, built from kernels that it has.
import * as tf from '@tensorflow/tfjs-core';

const kernelName = 'Conv2DBackpropFilter';

/**
 * The gradient of a convolution without padding by its filters is a convolution too: of the inputs, their channels in
 * place of rows and their rows in place of channels, with the gradient by the outputs, spread by the strides.
 */
export function registerFilterGradient(): void {
  if (tf.getKernel(kernelName, 'wasm')) return;
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs: { x, dy }, attrs }) => {
      if (!isBatch(x) || !isBatch(dy) || !attrs) {
        throw new TypeError(`${kernelName} of wasm takes two batches of pictures`);
      }
      return differentiateByFilter(x, dy, attrs);
    },
  });
}

function isBatch(info: tf.TensorInfo | undefined): info is tf.Tensor4D {
  return info instanceof tf.Tensor && info.rank === 4;
}

function differentiateByFilter(x: tf.Tensor4D, dy: tf.Tensor4D, attrs: tf.NamedAttrMap): tf.TensorInfo {
  const { strides, pad, filterShape } = attrs;
  if (pad !== 'valid' || !Array.isArray(filterShape)) {
    throw new RangeError(`${kernelName} of wasm knows no padding`);
  }
  const [height = 0, width = 0, channels = 0, filters = 0] = filterShape.map(Number);
  // A number, or the same one for rows and columns.
  const stride = Number(Array.isArray(strides) ? strides[0] : strides);
  return tf.tidy(() => {
    const pictures = tf.transpose(x, [3, 1, 2, 0]);
    const gradients = tf.transpose(dy, [1, 2, 0, 3]);
    const sums = tf.conv2d(pictures, gradients, 1, 'valid', 'NHWC', stride);
    // Where strides leave a rest of the picture over, there is more than the filter is large.
    const fitting = tf.slice(sums, 0, [channels, height, width, filters]);
    return tf.transpose(fitting, [1, 2, 0, 3]);
  });
}
