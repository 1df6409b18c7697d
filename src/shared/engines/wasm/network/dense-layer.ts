// Dense layer in kernel memory: y = activation(x·W + b).
import { offsetBy, type Address } from '../kernels/address.ts';
import { activationCodes, MAX_HEAD_OUTPUTS, type Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { DenseCall } from './dense-chain.ts';
import {
  locateTensor,
  type InputGradientTarget,
  type LayerPlacement,
  type NetworkLayer,
} from './network-layer.ts';
import type { Activation } from '../../../network/layers/activation.ts';

export class DenseLayer implements NetworkLayer {
  readonly output: Address;
  readonly outputGradient: Address;
  readonly activation: number;
  readonly denseCall: DenseCall;
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #input: Address;
  readonly #kernel: Address;
  readonly #bias: Address;
  readonly #kernelGradient: Address;
  readonly #biasGradient: Address;
  /** The kernel as [outputs, inputs], updated by `refresh`. */
  readonly #transposed: Address;
  /** Narrow layers need it in the forward pass, and layers with a layer below in the backward pass. */
  readonly #needsTransposed: boolean;
  readonly #scratch: Address;

  constructor(plan: KernelMemoryPlan, placement: LayerPlacement, activation: Activation) {
    const { input, capacity, hasInputGradient } = placement;
    const kernel = locateTensor(placement, 'kernel');
    const bias = locateTensor(placement, 'bias');
    const [inputs = 0, outputs = 0] = kernel.tensor.shape;
    this.activation = activationCodes[activation];
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#input = input;
    this.#kernel = kernel.address;
    this.#bias = bias.address;
    this.#kernelGradient = kernel.gradientAddress;
    this.#biasGradient = bias.gradientAddress;
    this.#transposed = plan.reserve(inputs * outputs);
    this.#needsTransposed = outputs < 4 || hasInputGradient;
    this.#scratch = plan.reserve(outputs <= MAX_HEAD_OUTPUTS ? inputs * outputs : 0);
    this.output = plan.reserve(capacity * outputs);
    this.outputGradient = plan.reserve(capacity * outputs);
    this.denseCall = {
      input,
      kernel: kernel.address,
      transposed: this.#transposed,
      bias: bias.address,
      output: this.output,
      inputs,
      outputs,
      activation: this.activation,
    };
  }

  refresh(kernels: Kernels): void {
    if (this.#needsTransposed) kernels.transpose(this.#kernel, this.#transposed, this.#inputs, this.#outputs);
  }

  forward(kernels: Kernels, firstRow: number, rows: number): void {
    const inputs = this.#inputs;
    const outputs = this.#outputs;
    const from = offsetBy(this.#input, firstRow * inputs);
    const to = offsetBy(this.output, firstRow * outputs);
    kernels.denseForward(
      from,
      this.#kernel,
      this.#transposed,
      this.#bias,
      to,
      rows,
      inputs,
      outputs,
      this.activation,
    );
  }

  backward(kernels: Kernels, rows: number, target: InputGradientTarget | null): void {
    const inputs = this.#inputs;
    const outputs = this.#outputs;
    if (target && outputs <= MAX_HEAD_OUTPUTS) {
      kernels.denseHeadGradient(
        this.#input,
        this.outputGradient,
        this.#transposed,
        this.#kernelGradient,
        this.#biasGradient,
        target.address,
        this.#scratch,
        rows,
        inputs,
        outputs,
        target.activation,
        target.accumulate,
      );
      return;
    }
    kernels.denseParameterGradient(
      this.#input,
      this.outputGradient,
      this.#kernelGradient,
      this.#biasGradient,
      rows,
      inputs,
      outputs,
    );
    if (!target) return;
    kernels.denseInputGradient(
      this.outputGradient,
      this.#transposed,
      this.#input,
      target.address,
      rows,
      inputs,
      outputs,
      target.activation,
      target.accumulate,
    );
  }
}
