// Convolution layer in kernel memory: rows are pictures [height, width, channels], outputs [height, width, filters].
import { offsetBy, type Address } from '../kernels/address.ts';
import { activationCodes, type Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { PlacedLayer } from '../../../network/layer-shapes.ts';
import { countElements } from '../../../network/shape.ts';
import {
  locateTensor,
  type InputGradientTarget,
  type LayerPlacement,
  type NetworkLayer,
} from './network-layer.ts';
import type { ConvolutionLayerSpec } from '../../../network/layers/conv2d-spec.ts';

export class ConvolutionLayer implements NetworkLayer {
  readonly output: Address;
  readonly outputGradient: Address;
  readonly activation: number;
  readonly #spec: ConvolutionLayerSpec;
  readonly #height: number;
  readonly #width: number;
  readonly #channels: number;
  readonly #inputSize: number;
  readonly #outputSize: number;
  readonly #input: Address;
  readonly #kernel: Address;
  readonly #bias: Address;
  readonly #kernelGradient: Address;
  readonly #biasGradient: Address;
  /** The kernel as [kernelSize, filters, kernelSize·channels], updated by `refresh`. */
  readonly #transposed: Address;
  readonly #hasInputGradient: boolean;

  constructor(
    plan: KernelMemoryPlan,
    placement: LayerPlacement,
    { layer, inputShape, outputShape }: PlacedLayer<'conv2d'>,
  ) {
    const { input, capacity, hasInputGradient } = placement;
    const [height = 0, width = 0, channels = 0] = inputShape;
    const kernel = locateTensor(placement, 'kernel');
    const bias = locateTensor(placement, 'bias');
    this.activation = activationCodes[layer.activation];
    this.#spec = layer;
    this.#height = height;
    this.#width = width;
    this.#channels = channels;
    this.#inputSize = countElements(inputShape);
    this.#outputSize = countElements(outputShape);
    this.#input = input;
    this.#kernel = kernel.address;
    this.#bias = bias.address;
    this.#kernelGradient = kernel.gradientAddress;
    this.#biasGradient = bias.gradientAddress;
    this.#transposed = plan.reserve(hasInputGradient ? kernel.tensor.size : 0);
    this.#hasInputGradient = hasInputGradient;
    this.output = plan.reserve(capacity * this.#outputSize);
    this.outputGradient = plan.reserve(capacity * this.#outputSize);
  }

  refresh(kernels: Kernels): void {
    if (!this.#hasInputGradient) return;
    const { kernelSize, filters } = this.#spec;
    const patchRow = kernelSize * this.#channels;
    for (let row = 0; row < kernelSize; row += 1) {
      const offset = row * patchRow * filters;
      kernels.transpose(
        offsetBy(this.#kernel, offset),
        offsetBy(this.#transposed, offset),
        patchRow,
        filters,
      );
    }
  }

  forward(kernels: Kernels, firstRow: number, rows: number): void {
    const { filters, kernelSize, strides } = this.#spec;
    kernels.convolutionForward(
      offsetBy(this.#input, firstRow * this.#inputSize),
      this.#kernel,
      this.#bias,
      offsetBy(this.output, firstRow * this.#outputSize),
      rows,
      this.#height,
      this.#width,
      this.#channels,
      filters,
      kernelSize,
      strides,
      this.activation,
    );
  }

  backward(kernels: Kernels, rows: number, target: InputGradientTarget | null): void {
    const { filters, kernelSize, strides } = this.#spec;
    kernels.convolutionParameterGradient(
      this.#input,
      this.outputGradient,
      this.#kernelGradient,
      this.#biasGradient,
      rows,
      this.#height,
      this.#width,
      this.#channels,
      filters,
      kernelSize,
      strides,
    );
    if (!target) return;
    // Only heads share an input, so there is no other gradient to add to.
    kernels.convolutionInputGradient(
      this.outputGradient,
      this.#transposed,
      this.#input,
      target.address,
      rows,
      this.#height,
      this.#width,
      this.#channels,
      filters,
      kernelSize,
      strides,
      target.activation,
    );
  }
}
