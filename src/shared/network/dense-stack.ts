// A chain of dense layers in kernel memory: forward over any range of rows, backward over all of a rollout's.
import { activationCodes, MAX_HEAD_OUTPUTS, type Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { ParameterLayout } from '../parameters/parameter-layout.ts';
import type { Activation } from './network-spec.ts';

/** Where one layer's numbers are; addresses are bytes in kernel memory. */
interface DenseSlot {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: number;
  readonly kernel: number;
  readonly bias: number;
  readonly kernelGradient: number;
  readonly biasGradient: number;
  /** The kernel as [outputs, inputs], refreshed whenever parameters change. */
  readonly transposed: number;
  /** Narrow layers read it forward, and layers with something below them backward. */
  readonly needsTransposed: boolean;
  readonly scratch: number;
  readonly input: number;
  readonly output: number;
  /** ∂L/∂output before this layer's activation. */
  readonly outputGradient: number;
}

/** What a stack is laid out from; `input` holds `capacity` rows of `inputs` numbers. */
export interface DenseStackOptions {
  readonly names: readonly { readonly name: string; readonly activation: Activation }[];
  readonly layout: ParameterLayout;
  readonly parameters: number;
  readonly gradient: number;
  readonly input: number;
  /** Gradient by the input and its activation, where a stack below wants it. */
  readonly inputGradient?: { readonly address: number; readonly activation: Activation };
  readonly capacity: number;
}

const FLOAT_BYTES = 4;

export class DenseStack {
  readonly #layers: readonly DenseSlot[];
  readonly #inputGradient: DenseStackOptions['inputGradient'];

  constructor(plan: KernelMemoryPlan, options: DenseStackOptions) {
    this.#inputGradient = options.inputGradient;
    const layers: DenseSlot[] = [];
    for (const { name, activation } of options.names) {
      layers.push(
        reserveLayer(plan, options, { name, activation, input: layers.at(-1)?.output ?? options.input }),
      );
    }
    this.#layers = layers;
  }

  /** Address of the last layer's outputs, one row after another. */
  get output(): number {
    return this.#last.output;
  }

  /** Address of the gradient by the last layer's outputs, before its activation. */
  get outputGradient(): number {
    return this.#last.outputGradient;
  }

  get #last(): DenseSlot {
    return this.#layers[this.#layers.length - 1]!;
  }

  /** Call after parameters changed. */
  refresh(kernels: Kernels): void {
    for (const { needsTransposed, kernel, transposed, inputs, outputs } of this.#layers) {
      if (needsTransposed) kernels.transpose(kernel, transposed, inputs, outputs);
    }
  }

  /** Computes the outputs of `rows` rows from `firstRow` on. */
  forward(kernels: Kernels, firstRow: number, rows: number): void {
    const layers = this.#layers;
    for (let index = 0; index < layers.length; index += 1) {
      const { input, inputs, outputs, kernel, transposed, bias, output, activation } = layers[index]!;
      const from = input + firstRow * inputs * FLOAT_BYTES;
      const to = output + firstRow * outputs * FLOAT_BYTES;
      kernels.denseForward(from, kernel, transposed, bias, to, rows, inputs, outputs, activation);
    }
  }

  /**
   * Turns the gradient by the outputs of rows 0 … rows−1 into parameter gradients, and into the gradient by the
   * input where one was asked for. Of two stacks on one input the first stores its share, and the second adds its
   * own and applies the derivative of the activation to the sum.
   */
  backward(kernels: Kernels, rows: number, turn: 'first' | 'second' = 'second'): void {
    for (let index = this.#layers.length - 1; index >= 0; index -= 1) {
      const layer = this.#layers[index]!;
      const below = this.#layers[index - 1];
      if (below) {
        differentiate(
          kernels,
          layer,
          { address: below.outputGradient, activation: below.activation, accumulate: 0 },
          rows,
        );
      } else if (this.#inputGradient) {
        const { address, activation } = this.#inputGradient;
        const target =
          turn === 'first'
            ? { address, activation: activationCodes.linear, accumulate: 0 }
            : { address, activation: activationCodes[activation], accumulate: 1 };
        differentiate(kernels, layer, target, rows);
      } else {
        const { input, inputs, outputs, kernelGradient, biasGradient, outputGradient } = layer;
        kernels.denseParameterGradient(
          input,
          outputGradient,
          kernelGradient,
          biasGradient,
          rows,
          inputs,
          outputs,
        );
      }
    }
  }
}

/** Where the gradient by a layer's input goes, and the derivative to apply to it. */
interface InputGradientTarget {
  readonly address: number;
  readonly activation: number;
  readonly accumulate: number;
}

/** Parameter and input gradients of one layer. */
function differentiate(kernels: Kernels, layer: DenseSlot, target: InputGradientTarget, rows: number): void {
  const { input, inputs, outputs, transposed, kernelGradient, biasGradient, outputGradient, scratch } = layer;
  const { address, activation, accumulate } = target;
  if (outputs <= MAX_HEAD_OUTPUTS) {
    kernels.denseHeadGradient(
      input,
      outputGradient,
      transposed,
      kernelGradient,
      biasGradient,
      address,
      scratch,
      rows,
      inputs,
      outputs,
      activation,
      accumulate,
    );
    return;
  }
  kernels.denseParameterGradient(input, outputGradient, kernelGradient, biasGradient, rows, inputs, outputs);
  kernels.denseInputGradient(
    outputGradient,
    transposed,
    input,
    address,
    rows,
    inputs,
    outputs,
    activation,
    accumulate,
  );
}

function reserveLayer(
  plan: KernelMemoryPlan,
  options: DenseStackOptions,
  { name, activation, input }: { name: string; activation: Activation; input: number },
): DenseSlot {
  const { layout, parameters, gradient, capacity } = options;
  const kernel = layout.tensors.find((tensor) => tensor.name === `${name}/kernel`);
  const bias = layout.tensors.find((tensor) => tensor.name === `${name}/bias`);
  const [inputs, outputs] = kernel?.shape ?? [];
  if (!kernel || !bias || inputs === undefined || outputs === undefined)
    throw new RangeError(`the layout has no dense layer ${name}`);
  return {
    inputs,
    outputs,
    activation: activationCodes[activation],
    kernel: parameters + kernel.offset * FLOAT_BYTES,
    bias: parameters + bias.offset * FLOAT_BYTES,
    kernelGradient: gradient + kernel.offset * FLOAT_BYTES,
    biasGradient: gradient + bias.offset * FLOAT_BYTES,
    transposed: plan.reserve(inputs * outputs),
    needsTransposed: outputs < 4 || input !== options.input || options.inputGradient !== undefined,
    scratch: plan.reserve(inputs * outputs),
    input,
    output: plan.reserve(capacity * outputs),
    outputGradient: plan.reserve(capacity * outputs),
  };
}
