// Network of actor-critic methods in kernel memory: policy head and value head on two towers or one trunk.
import { NO_ADDRESS, type Address } from '../kernels/address.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import {
  createParameterLayout,
  type NetworkShape,
  type ParameterLayout,
} from '../../../network/parameter-layout.ts';
import { countElements } from '../../../network/shape.ts';
import { LayerStack } from './layer-stack.ts';
import type { ActorCriticNetwork, ActorCriticNetworkRows } from './memory-network.ts';
import { ObservationNormalization } from './observation-normalization.ts';
import { nameHead, nameLayers, type NamedLayers } from './name-layers.ts';
import { hasRecurrentLayer } from '../../../network/recurrent-layers.ts';
import { RecurrentState } from './recurrent-state.ts';

/** Towers, or the parts of a shared trunk, with the addresses of their numbers. */
export class KernelActorCriticNetwork implements ActorCriticNetwork {
  readonly layout: ParameterLayout;
  /** Flat parameters, in the layout's order. */
  readonly parameters: Address;
  /** Flat gradient, in the layout's order. */
  readonly gradient: Address;
  /** Rows of observations, not normalized. */
  readonly observations: Address;
  /** Recurrent states of the rows; null for a network without recurrent layers. */
  readonly recurrence: RecurrentState | null;
  readonly #normalization: ObservationNormalization | null;
  readonly #trunk: LayerStack | null;
  readonly #policy: LayerStack;
  readonly #value: LayerStack | null;

  /** Reserves memory for `capacity` rows and the recurrent states of `environments`. */
  constructor(
    plan: KernelMemoryPlan,
    shape: NetworkShape,
    { capacity, environments }: ActorCriticNetworkRows,
  ) {
    const { network, observationShape, hasCritic = true } = shape;
    const observationsLength = capacity * countElements(observationShape);
    this.layout = createParameterLayout(shape);
    this.parameters = plan.reserve(this.layout.size);
    this.gradient = plan.reserve(this.layout.trainableSize);
    this.observations = plan.reserve(observationsLength);
    this.#normalization = shape.normalizeObservations
      ? new ObservationNormalization(plan, this, observationsLength)
      : null;
    this.recurrence = hasRecurrentLayer(network) ? new RecurrentState(plan, capacity, environments) : null;
    const observed = this.#normalization?.output ?? this.observations;
    const common = {
      layout: this.layout,
      parameters: this.parameters,
      gradient: this.gradient,
      recurrence: this.recurrence,
      capacity,
    };
    const createStack = (layers: NamedLayers, below: LayerStack | null): LayerStack =>
      new LayerStack(plan, {
        ...common,
        layers,
        ...(below ? { input: below.output, below } : { input: observed }),
      });
    const trunkLayers = network.shared ? nameLayers('trunk', network.layers, observationShape) : [];
    this.#trunk = trunkLayers.length > 0 ? createStack(trunkLayers, null) : null;
    const [policyLayers, valueLayers] = network.shared
      ? [[], []]
      : [network.layers, network.valueLayers ?? network.layers];
    this.#policy = createStack(
      [...nameLayers('policy', policyLayers, observationShape), nameHead('policyHead')],
      this.#trunk,
    );
    const namedValueLayers = [...nameLayers('value', valueLayers, observationShape), nameHead('valueHead')];
    this.#value = hasCritic ? createStack(namedValueLayers, this.#trunk) : null;
  }

  /** Rows of policy outputs, e.g. logits. */
  get policyOutputs(): Address {
    return this.#policy.output;
  }

  /** Address at which the loss writes ∂L/∂(policy outputs). */
  get policyGradient(): Address {
    return this.#policy.outputGradient;
  }

  /** Rows of the policy head's inputs: the last hidden layer's outputs. */
  get policyFeatures(): Address {
    return this.#policy.lastInput;
  }

  /** One value for each row; null without a critic. */
  get values(): Address | null {
    return this.#value?.output ?? null;
  }

  /** Address at which the loss writes ∂L/∂V; NO_ADDRESS without a critic. */
  get valueGradient(): Address {
    return this.#value?.outputGradient ?? NO_ADDRESS;
  }

  /** Call it after the flat parameters changed. */
  refresh(kernels: Kernels): void {
    this.#trunk?.refresh(kernels);
    this.#policy.refresh(kernels);
    this.#value?.refresh(kernels);
  }

  /** Computes the policy outputs of `rows` rows; with a shared trunk also the inputs of `forwardValue`. */
  forwardPolicy(kernels: Kernels, firstRow: number, rows: number): void {
    this.#normalization?.normalize(kernels, firstRow, rows);
    this.#trunk?.forward(kernels, firstRow, rows);
    this.#policy.forward(kernels, firstRow, rows);
  }

  /** Computes the values of rows. With a shared trunk, `forwardPolicy` must have computed it. */
  forwardValue(kernels: Kernels, firstRow: number, rows: number): void {
    this.#value?.forward(kernels, firstRow, rows);
  }

  /** Computes the values of rows that `forwardPolicy` has not processed. */
  forwardValueOnly(kernels: Kernels, firstRow: number, rows: number): void {
    this.#normalization?.normalize(kernels, firstRow, rows);
    this.#trunk?.forward(kernels, firstRow, rows);
    this.#value?.forward(kernels, firstRow, rows);
  }

  /** Computes the parameter gradient of rows 0 … rows−1 from the gradients with respect to both heads' outputs. */
  backward(kernels: Kernels, rows: number): void {
    // Without a critic, only the policy contributes to the trunk's gradient.
    this.#policy.backward(kernels, rows, this.#value ? 'first' : 'only');
    this.#value?.backward(kernels, rows, 'second');
    this.#trunk?.backward(kernels, rows);
  }
}
