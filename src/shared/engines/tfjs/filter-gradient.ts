// Filter gradient of convolutions, which tfjs's wasm backend lacks, built from kernels that it has.
import * as tf from '@tensorflow/tfjs-core';

const kernelName = 'Conv2DBackpropFilter';

/**
 * The gradient of a convolution by its filters is a convolution too: of the padded inputs, their channels in
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
  if ((pad !== 'valid' && pad !== 'same') || !Array.isArray(filterShape)) {
    throw new RangeError(`${kernelName} of wasm knows no padding but valid and same`);
  }
  const [height = 0, width = 0, channels = 0, filters = 0] = filterShape.map(Number);
  // A number, or one for rows and one for columns.
  const [rowStride = 1, columnStride = rowStride] = [strides].flat().map(Number);
  return tf.tidy(() => {
    const [, xHeight, xWidth] = x.shape;
    const rows = pad === 'same' ? countPadding(xHeight, height, rowStride) : none;
    const columns = pad === 'same' ? countPadding(xWidth, width, columnStride) : none;
    const pictures = tf.transpose(tf.pad(x, [none, rows, columns, none]), [3, 1, 2, 0]);
    const gradients = tf.transpose(dy, [1, 2, 0, 3]);
    const sums = tf.conv2d(pictures, gradients, 1, 'valid', 'NHWC', [rowStride, columnStride]);
    // Where strides leave a rest of the picture over, the result is larger than the filter.
    const fitting = tf.slice(sums, 0, [channels, height, width, filters]);
    return tf.transpose(fitting, [1, 2, 0, 3]);
  });
}

const none: [number, number] = [0, 0];

/** Zeros before and after one side of a picture, so that there is an output for every stride. */
function countPadding(length: number, filterLength: number, stride: number): [number, number] {
  const outputs = Math.ceil(length / stride);
  const total = Math.max((outputs - 1) * stride + filterLength - length, 0);
  const before = Math.floor(total / 2);
  return [before, total - before];
}
