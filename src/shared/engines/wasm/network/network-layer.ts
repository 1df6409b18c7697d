// Interface of a layer in a stack. Rows are stored one after another in kernel memory.
import { offsetBy, type Address } from '../kernels/address.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { DenseCall } from './dense-chain.ts';
import type { RecurrentState } from './recurrent-state.ts';
import type { ParameterLayout, ParameterTensor } from '../../../network/parameter-layout.ts';

export interface NetworkLayer {
  readonly output: Address;
  /** ∂L/∂output before this layer's activation; the layers above write it. */
  readonly outputGradient: Address;
  /** Code of the layer's activation. The writer of `outputGradient` applies its derivative. */
  readonly activation: number;
  /** The forward pass, if that of consecutive layers may be one call. */
  readonly denseCall?: DenseCall;
  /** Call it after parameters changed. */
  refresh(kernels: Kernels): void;
  /** Computes the outputs of `rows` rows, starting at `firstRow`. */
  forward(kernels: Kernels, firstRow: number, rows: number): void;
  /**
   * Computes the gradient with respect to the parameters from that with respect to the outputs of rows 0 … rows−1; with
   * a target, also that with respect to the input.
   */
  backward(kernels: Kernels, rows: number, target: InputGradientTarget | null): void;
}

/** Target of the gradient with respect to a layer's input, and the derivative to apply to it. */
export interface InputGradientTarget {
  readonly address: Address;
  readonly activation: number;
  /** 1 to add to the present content, before the derivative is applied. */
  readonly accumulate: 0 | 1;
}

/** Place of a layer's numbers in memory. */
export interface LayerPlacement {
  /** Prefix of the layer's tensors in the layout, e.g. `trunk/0`. */
  readonly name: string;
  readonly layout: ParameterLayout;
  /** Flat parameters and gradient. */
  readonly parameters: Address;
  readonly gradient: Address;
  /** Address of `capacity` rows of inputs. */
  readonly input: Address;
  readonly capacity: number;
  /** Whether the gradient with respect to the input will be computed. */
  readonly hasInputGradient: boolean;
  /** Recurrent states of the network's rows; null for a network without recurrent layers. */
  readonly recurrence: RecurrentState | null;
}

export type CreateLayer = (plan: KernelMemoryPlan, placement: LayerPlacement) => NetworkLayer;

/** Finds a tensor of the layer and its addresses. */
export function locateTensor(
  { name, layout, parameters, gradient }: LayerPlacement,
  part: string,
): { readonly tensor: ParameterTensor; readonly address: Address; readonly gradientAddress: Address } {
  const tensor = layout.tensors.find((candidate) => candidate.name === `${name}/${part}`);
  if (!tensor) throw new RangeError(`the layout has no ${name}/${part}`);
  return {
    tensor,
    address: offsetBy(parameters, tensor.offset),
    gradientAddress: offsetBy(gradient, tensor.offset),
  };
}
