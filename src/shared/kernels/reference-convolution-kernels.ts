// Convolutions in plain TypeScript: what the WebAssembly ones are tested against.
import { activate, activationSlope } from './reference-activations.ts';
import type { Kernels } from './kernels.ts';

type ConvolutionKernels = Pick<
  Kernels,
  'convolutionForward' | 'convolutionParameterGradient' | 'convolutionInputGradient'
>;

/** The extents of a convolution. */
interface Extents {
  readonly rows: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernelSize: number;
  readonly stride: number;
}

/** One product of the sum that an output is: flat indices of what meets in it. */
interface Meeting {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
  readonly filter: number;
}

/** Calls `visit` for every pair of an input and an output that a weight connects. */
function forEachMeeting(extents: Extents, visit: (meeting: Meeting) => void): void {
  const { rows, height, width, channels, filters, kernelSize, stride } = extents;
  const stepsDown = Math.floor((height - kernelSize) / stride) + 1;
  const stepsAcross = Math.floor((width - kernelSize) / stride) + 1;
  const weights = kernelSize * kernelSize * channels * filters;
  const pixels = rows * stepsDown * stepsAcross;
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const row = Math.floor(pixel / (stepsDown * stepsAcross));
    const top = (Math.floor(pixel / stepsAcross) % stepsDown) * stride;
    const left = (pixel % stepsAcross) * stride;
    for (let weight = 0; weight < weights; weight += 1) {
      const filter = weight % filters;
      const channel = Math.floor(weight / filters) % channels;
      const place = Math.floor(weight / (filters * channels));
      const down = top + Math.floor(place / kernelSize);
      const across = left + (place % kernelSize);
      const x = ((row * height + down) * width + across) * channels + channel;
      visit({ x, y: pixel * filters + filter, weight, filter });
    }
  }
}

function countOutputs({ rows, height, width, filters, kernelSize, stride }: Extents): number {
  const slide = (extent: number): number => Math.floor((extent - kernelSize) / stride) + 1;
  return rows * slide(height) * slide(width) * filters;
}

export function createReferenceConvolutionKernels(all: Float32Array): ConvolutionKernels {
  const slice = (address: number, length: number): Float32Array =>
    all.subarray(address / 4, address / 4 + length);
  return {
    convolutionForward(
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
    ) {
      const extents = { rows, height, width, channels, filters, kernelSize, stride };
      const [inputs, weights, offsets] = [slice(x, Infinity), slice(kernel, Infinity), slice(bias, filters)];
      const sums = Float64Array.from(
        { length: countOutputs(extents) },
        (_, index) => offsets[index % filters]!,
      );
      forEachMeeting(extents, (meeting) => {
        sums[meeting.y]! += inputs[meeting.x]! * weights[meeting.weight]!;
      });
      slice(y, sums.length).set(sums.map((sum) => activate(sum, activation)));
    },
    convolutionParameterGradient(
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
    ) {
      const extents = { rows, height, width, channels, filters, kernelSize, stride };
      const slopes = slice(dy, countOutputs(extents));
      const inputs = slice(x, Infinity);
      const sums = new Float64Array(kernelSize * kernelSize * channels * filters);
      forEachMeeting(extents, (meeting) => {
        sums[meeting.weight]! += inputs[meeting.x]! * slopes[meeting.y]!;
      });
      slice(kernelGradient, sums.length).set(sums);
      const biasSums = new Float64Array(filters);
      slopes.forEach((slope, index) => (biasSums[index % filters]! += slope));
      slice(biasGradient, filters).set(biasSums);
    },
    convolutionInputGradient(
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
    ) {
      const extents = { rows, height, width, channels, filters, kernelSize, stride };
      const patchRow = kernelSize * channels;
      const [slopes, weights] = [slice(dy, Infinity), slice(transposed, Infinity)];
      const sums = new Float64Array(rows * height * width * channels);
      forEachMeeting(extents, (meeting) => {
        const element = Math.floor(meeting.weight / filters);
        const line = Math.floor(element / patchRow);
        const index = (line * filters + meeting.filter) * patchRow + (element % patchRow);
        sums[meeting.x]! += slopes[meeting.y]! * weights[index]!;
      });
      const inputs = slice(x, sums.length);
      slice(dx, sums.length).set(sums.map((sum, index) => sum * activationSlope(inputs[index]!, activation)));
    },
  };
}
