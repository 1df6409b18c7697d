// Network of deterministic policy gradients in kernel memory: an actor μ(s) and a critic Q(s, a), which reads an
// observation and an action as one row.
import type { Address } from '../kernels/address.ts';
import { activationCodes, type Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import {
  createParameterLayout,
  type NetworkShape,
  type ParameterLayout,
} from '../../../network/parameter-layout.ts';
import { countElements } from '../../../network/shape.ts';
import { LayerStack } from './layer-stack.ts';
import type { DeterministicNetwork, DeterministicNetworkRows } from './memory-network.ts';
import { nameHead, nameLayers } from './name-layers.ts';

export class KernelDeterministicNetwork implements DeterministicNetwork {
  readonly layout: ParameterLayout;
  /** Flat parameters, in the layout's order. */
  readonly parameters: Address;
  /** Flat gradient, in the layout's order. */
  readonly gradient: Address;
  /** Rows of observations, the actor's input. */
  readonly observations: Address;
  /** Rows of an observation followed by an action, the critic's input. */
  readonly pairs: Address;
  /** Size of one such row. */
  readonly pairSize: number;
  /** ∂L/∂pairs after `backwardCritic`. */
  readonly pairGradient: Address;
  /** Replayed steps have no recurrent state. */
  readonly recurrence = null;
  readonly #actor: LayerStack;
  readonly #critic: LayerStack;

  constructor(plan: KernelMemoryPlan, shape: NetworkShape, rows: DeterministicNetworkRows) {
    const { network, observationShape, criticActionSize = 0 } = shape;
    const observationSize = countElements(observationShape);
    this.layout = createParameterLayout(shape);
    this.parameters = plan.reserve(this.layout.size);
    this.gradient = plan.reserve(this.layout.trainableSize);
    this.pairSize = observationSize + criticActionSize;
    this.observations = plan.reserve(rows.actor * observationSize);
    this.pairs = plan.reserve(rows.critic * this.pairSize);
    this.pairGradient = plan.reserve(rows.critic * this.pairSize);
    const common = {
      layout: this.layout,
      parameters: this.parameters,
      gradient: this.gradient,
      recurrence: null,
    };
    this.#actor = new LayerStack(plan, {
      ...common,
      layers: [...nameLayers('policy', network.layers, observationShape), nameHead('policyHead')],
      input: this.observations,
      capacity: rows.actor,
    });
    const valueLayers = network.valueLayers ?? network.layers;
    this.#critic = new LayerStack(plan, {
      ...common,
      layers: [...nameLayers('value', valueLayers, [this.pairSize]), nameHead('valueHead')],
      input: this.pairs,
      below: { outputGradient: this.pairGradient, activation: activationCodes.linear },
      capacity: rows.critic,
    });
  }

  /** Rows of the actor head's inputs: the last hidden layer's outputs. */
  get policyFeatures(): Address {
    return this.#actor.lastInput;
  }

  /** Rows of actor outputs. */
  get policyOutputs(): Address {
    return this.#actor.output;
  }

  /** Address at which the loss writes ∂L/∂(actor outputs). */
  get policyGradient(): Address {
    return this.#actor.outputGradient;
  }

  /** Q of each pair. */
  get values(): Address {
    return this.#critic.output;
  }

  /** Address at which the loss writes ∂L/∂Q. */
  get valueGradient(): Address {
    return this.#critic.outputGradient;
  }

  /** Call it after the flat parameters changed. */
  refresh(kernels: Kernels): void {
    this.#actor.refresh(kernels);
    this.#critic.refresh(kernels);
  }

  forwardPolicy(kernels: Kernels, firstRow: number, rows: number): void {
    this.#actor.forward(kernels, firstRow, rows);
  }

  /** Computes Q of the first `rows` pairs. */
  forwardCritic(kernels: Kernels, rows: number): void {
    this.#critic.forward(kernels, 0, rows);
  }

  /**
   * Computes the actor's parameter gradient from the gradient with respect to its outputs, in the first `rows` rows.
   */
  backwardPolicy(kernels: Kernels, rows: number): void {
    this.#actor.backward(kernels, rows);
  }

  /**
   * Computes the critic's parameter gradient, and the gradient with respect to its pairs, from the gradient with
   * respect to Q in the first `rows` rows.
   */
  backwardCritic(kernels: Kernels, rows: number): void {
    this.#critic.backward(kernels, rows);
  }
}
