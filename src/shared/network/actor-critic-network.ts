// The network of actor-critic methods: policy head and value head on two towers or one trunk, in kernel memory.
import type { Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import {
  createParameterLayout,
  type NetworkShape,
  type ParameterLayout,
} from '../parameters/parameter-layout.ts';
import { DenseStack } from './dense-stack.ts';
import type { Activation, Layer } from './network-spec.ts';

/** Towers, or the parts of a shared trunk, and where their numbers are (byte addresses). */
export class ActorCriticNetwork {
  readonly layout: ParameterLayout;
  /** Flat parameters, in the layout's order. */
  readonly parameters: number;
  /** Flat gradient, in the layout's order. */
  readonly gradient: number;
  /** Rows of observations: the network's input. */
  readonly observations: number;
  readonly #trunk: DenseStack | null;
  readonly #policy: DenseStack;
  readonly #value: DenseStack;

  /** Reserves memory for `capacity` rows. */
  constructor(plan: KernelMemoryPlan, shape: NetworkShape, capacity: number) {
    const { network, observationSize } = shape;
    this.layout = createParameterLayout(shape);
    this.parameters = plan.reserve(this.layout.size);
    this.gradient = plan.reserve(this.layout.size);
    this.observations = plan.reserve(capacity * observationSize);
    const common = { layout: this.layout, parameters: this.parameters, gradient: this.gradient, capacity };
    const policyHead = { name: 'policyHead', activation: 'linear' } as const;
    const valueHead = { name: 'valueHead', activation: 'linear' } as const;
    const onObservations = { ...common, input: this.observations };
    const lastLayer = network.layers.at(-1);
    if (network.shared && lastLayer) {
      const trunk = new DenseStack(plan, { ...onObservations, names: nameLayers('trunk', network.layers) });
      const inputGradient = { address: trunk.outputGradient, activation: lastLayer.activation };
      const onTrunk = { ...common, input: trunk.output, inputGradient };
      this.#trunk = trunk;
      this.#policy = new DenseStack(plan, { ...onTrunk, names: [policyHead] });
      this.#value = new DenseStack(plan, { ...onTrunk, names: [valueHead] });
    } else {
      const valueLayers = network.shared ? [] : (network.valueLayers ?? network.layers);
      this.#trunk = null;
      this.#policy = new DenseStack(plan, {
        ...onObservations,
        names: [...nameLayers('policy', network.layers), policyHead],
      });
      this.#value = new DenseStack(plan, {
        ...onObservations,
        names: [...nameLayers('value', valueLayers), valueHead],
      });
    }
  }

  /** Rows of policy outputs, e.g. logits. */
  get policyOutputs(): number {
    return this.#policy.output;
  }

  /** Where the loss puts ∂L/∂(policy outputs). */
  get policyGradient(): number {
    return this.#policy.outputGradient;
  }

  /** One value a row. */
  get values(): number {
    return this.#value.output;
  }

  /** Where the loss puts ∂L/∂V. */
  get valueGradient(): number {
    return this.#value.outputGradient;
  }

  /** Call after the flat parameters changed. */
  refresh(kernels: Kernels): void {
    this.#trunk?.refresh(kernels);
    this.#policy.refresh(kernels);
    this.#value.refresh(kernels);
  }

  /** Policy outputs of `rows` rows; with a shared trunk also what `forwardValue` needs. */
  forwardPolicy(kernels: Kernels, firstRow: number, rows: number): void {
    this.#trunk?.forward(kernels, firstRow, rows);
    this.#policy.forward(kernels, firstRow, rows);
  }

  /** Values of rows whose trunk (if there is one) has been computed by `forwardPolicy`. */
  forwardValue(kernels: Kernels, firstRow: number, rows: number): void {
    this.#value.forward(kernels, firstRow, rows);
  }

  /** Values of rows the policy has not seen. */
  forwardValueOnly(kernels: Kernels, firstRow: number, rows: number): void {
    this.#trunk?.forward(kernels, firstRow, rows);
    this.#value.forward(kernels, firstRow, rows);
  }

  /** Parameter gradient of rows 0 … rows−1 from the gradients by both heads' outputs. */
  backward(kernels: Kernels, rows: number): void {
    this.#policy.backward(kernels, rows, 'first');
    this.#value.backward(kernels, rows, 'second');
    this.#trunk?.backward(kernels, rows);
  }
}

function nameLayers(prefix: string, layers: readonly Layer[]): { name: string; activation: Activation }[] {
  return layers.map((layer, index) => ({ name: `${prefix}/${index}`, activation: layer.activation }));
}
