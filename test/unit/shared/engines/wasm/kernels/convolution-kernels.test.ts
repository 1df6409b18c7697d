// Convolution kernels against their plain TypeScript references: odd channel counts, all strides, edges left over.
import { describe, expect, it } from 'vitest';
import { KernelPair } from '../../../../../fixtures/kernel-pair.ts';

const activations = [0, 1, 2, 3];
const extents = [
  { rows: 1, height: 3, width: 3, channels: 1, kernelSize: 3, stride: 1 },
  { rows: 3, height: 4, width: 6, channels: 1, kernelSize: 2, stride: 1 },
  { rows: 2, height: 5, width: 4, channels: 2, kernelSize: 1, stride: 1 },
  { rows: 5, height: 6, width: 7, channels: 3, kernelSize: 3, stride: 2 },
  { rows: 7, height: 7, width: 5, channels: 4, kernelSize: 2, stride: 3 },
  { rows: 2, height: 10, width: 10, channels: 2, kernelSize: 3, stride: 1 },
  { rows: 4, height: 8, width: 9, channels: 5, kernelSize: 4, stride: 2 },
].flatMap((shape) => [1, 2, 3, 4, 5, 8, 12, 19].map((filters) => ({ ...shape, filters })));

function slide(extent: number, { kernelSize, stride }: { kernelSize: number; stride: number }): number {
  return Math.floor((extent - kernelSize) / stride) + 1;
}

describe('convolution kernels', () => {
  it('agree on the forward pass for every activation and shape', () => {
    for (const shape of extents) {
      for (const activation of activations) {
        const { rows, height, width, channels, filters, kernelSize, stride } = shape;
        const pair = new KernelPair(filters * 100 + height);
        const x = pair.place(rows * height * width * channels);
        const kernel = pair.place(kernelSize * kernelSize * channels * filters);
        const bias = pair.place(filters);
        const y = pair.place(rows * slide(height, shape) * slide(width, shape) * filters);
        pair.run((kernels) => {
          kernels.convolutionForward(
            x,
            kernel,
            bias,
            y,
            rows,
            height,
            width,
            channels,
            filters,
            kernelSize,
            stride,
            activation,
          );
        });
        pair.expectEverywhereEqual();
      }
    }
  });

  it('agree on parameter gradients for every shape', () => {
    for (const shape of extents) {
      const { rows, height, width, channels, filters, kernelSize, stride } = shape;
      const pair = new KernelPair(filters * 100 + width);
      const x = pair.place(rows * height * width * channels);
      const dy = pair.place(rows * slide(height, shape) * slide(width, shape) * filters);
      const kernelGradient = pair.place(kernelSize * kernelSize * channels * filters);
      const biasGradient = pair.place(filters);
      pair.run((kernels) => {
        kernels.convolutionParameterGradient(
          x,
          dy,
          kernelGradient,
          biasGradient,
          rows,
          height,
          width,
          channels,
          filters,
          kernelSize,
          stride,
        );
      });
      pair.expectEverywhereEqual();
    }
  });

  it('agree on input gradients for every activation and shape', () => {
    for (const shape of extents) {
      for (const activation of activations) {
        const { rows, height, width, channels, filters, kernelSize, stride } = shape;
        const pair = new KernelPair(filters * 100 + channels);
        // Outputs of tanh lie inside ±1, those of elu above −1.
        const size = rows * height * width * channels;
        const x = pair.place(size, (random) => random.nextUniform(-0.9, 0.9));
        const dy = pair.place(rows * slide(height, shape) * slide(width, shape) * filters);
        const transposed = pair.place(kernelSize * kernelSize * channels * filters);
        const dx = pair.place(size);
        pair.run((kernels) => {
          kernels.convolutionInputGradient(
            dy,
            transposed,
            x,
            dx,
            rows,
            height,
            width,
            channels,
            filters,
            kernelSize,
            stride,
            activation,
          );
        });
        pair.expectEverywhereEqual();
      }
    }
  });

  it('sum what is under the kernel, weighted', () => {
    const pair = new KernelPair(1);
    let index = 0;
    const x = pair.place(9, () => index++);
    const kernel = pair.place(4, () => index++ - 8);
    const bias = pair.place(1, () => 0.5);
    const y = pair.place(4);
    pair.run((kernels) => {
      kernels.convolutionForward(x, kernel, bias, y, 1, 3, 3, 1, 1, 2, 1, 0);
    });
    // 0 1 2 / 3 4 5 / 6 7 8 under 1 2 / 3 4.
    expect(pair.read(y, 4)).toEqual([27.5, 37.5, 57.5, 67.5]);
  });
});
