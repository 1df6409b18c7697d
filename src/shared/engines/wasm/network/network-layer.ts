// What a stack asks of its layers. Rows lie one after another in kernel memory.
import { offsetBy, type Address } from '../kernels/address.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { RecurrentState } from './recurrent-state.ts';
import type { ParameterLayout, ParameterTensor } from '../../../network/parameter-layout.ts';

export interface NetworkLayer {
  readonly output: Address;
  /** ∂L/∂output before this layer's activation: where whatever is above puts its share. */
  readonly outputGradient: Address;
  /** Code of the activation whose derivative whoever fills `outputGradient` has to apply. */
  readonly activation: number;
  /** Call after parameters changed. */
  refresh(kernels: Kernels): void;
  /** Computes the outputs of `rows` rows from `firstRow` on. */
  forward(kernels: Kernels, firstRow: number, rows: number): void;
  /** Turns the gradient by the outputs of rows 0 … rows−1 into that by the parameters, and by the input if asked to. */
  backward(kernels: Kernels, rows: number, target: InputGradientTarget | null): void;
}

/** Where the gradient by a layer's input goes, and the derivative to apply to it. */
export interface InputGradientTarget {
  readonly address: Address;
  readonly activation: number;
  /** 1 to add to what is there, before the derivative is applied. */
  readonly accumulate: 0 | 1;
}

/** Where a layer's numbers come from. */
export interface LayerPlacement {
  /** Prefix of its tensors in the layout, e.g. `trunk/0`. */
  readonly name: string;
  readonly layout: ParameterLayout;
  /** Flat parameters and gradient. */
  readonly parameters: Address;
  readonly gradient: Address;
  /** `capacity` rows of inputs. */
  readonly input: Address;
  readonly capacity: number;
  /** Whether the gradient by the input will be asked for. */
  readonly hasInputGradient: boolean;
  /** Which row goes on from which, where a layer of the network remembers. */
  readonly recurrence: RecurrentState | null;
}

export type CreateLayer = (plan: KernelMemoryPlan, placement: LayerPlacement) => NetworkLayer;

/** A tensor of the layer with its addresses. */
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
