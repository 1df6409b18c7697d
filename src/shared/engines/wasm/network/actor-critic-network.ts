// The network of actor-critic methods: policy head and value head on two towers or one trunk, in kernel memory.
import { NO_ADDRESS, offsetBy, type Address } from '../kernels/address.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import { VARIANCE_EPSILON } from '../../../normalization/scale-rewards.ts';
import {
  createParameterLayout,
  findTensor,
  normalizationNames,
  type NetworkShape,
  type ParameterLayout,
} from '../../../network/parameter-layout.ts';
import { countElements } from '../../../network/shape.ts';
import { LayerStack } from './layer-stack.ts';
import { nameHead, nameLayers, type NamedLayers } from './name-layers.ts';
import { hasRecurrentLayer } from '../../../network/recurrent-layers.ts';
import { RecurrentState } from './recurrent-state.ts';

/** Towers, or the parts of a shared trunk, and where their numbers are. */
export class ActorCriticNetwork {
  readonly layout: ParameterLayout;
  /** Flat parameters, in the layout's order. */
  readonly parameters: Address;
  /** Flat gradient, in the layout's order. */
  readonly gradient: Address;
  /** Rows of observations as the environment shows them. */
  readonly observations: Address;
  /** What layers remember from row to row; null for a network that does not. */
  readonly recurrence: RecurrentState | null;
  readonly #normalization: ObservationNormalization | null;
  readonly #trunk: LayerStack | null;
  readonly #policy: LayerStack;
  readonly #value: LayerStack | null;

  /** Reserves memory for `capacity` rows, and for what is remembered of as many environments. */
  constructor(plan: KernelMemoryPlan, shape: NetworkShape, capacity: number, environments = capacity) {
    const { network, observationShape, hasCritic = true } = shape;
    const observationsLength = capacity * countElements(observationShape);
    this.layout = createParameterLayout(shape);
    this.parameters = plan.reserve(this.layout.size);
    this.gradient = plan.reserve(this.layout.trainableSize);
    this.observations = plan.reserve(observationsLength);
    this.#normalization = shape.normalizeObservations
      ? reserveNormalization(plan, this, observationsLength)
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

  /** Where the loss puts ∂L/∂(policy outputs). */
  get policyGradient(): Address {
    return this.#policy.outputGradient;
  }

  /** Rows of what the policy head takes in: the last hidden layer's outputs. */
  get policyFeatures(): Address {
    return this.#policy.lastInput;
  }

  /** One value a row; null without a critic. */
  get values(): Address | null {
    return this.#value?.output ?? null;
  }

  /** Where the loss puts ∂L/∂V; NO_ADDRESS without a critic. */
  get valueGradient(): Address {
    return this.#value?.outputGradient ?? NO_ADDRESS;
  }

  /** Call after the flat parameters changed. */
  refresh(kernels: Kernels): void {
    this.#trunk?.refresh(kernels);
    this.#policy.refresh(kernels);
    this.#value?.refresh(kernels);
  }

  /** Policy outputs of `rows` rows; with a shared trunk also what `forwardValue` needs. */
  forwardPolicy(kernels: Kernels, firstRow: number, rows: number): void {
    this.#normalize(kernels, firstRow, rows);
    this.#trunk?.forward(kernels, firstRow, rows);
    this.#policy.forward(kernels, firstRow, rows);
  }

  /** Values of rows whose trunk (if there is one) has been computed by `forwardPolicy`. */
  forwardValue(kernels: Kernels, firstRow: number, rows: number): void {
    this.#value?.forward(kernels, firstRow, rows);
  }

  /** Values of rows the policy has not seen. */
  forwardValueOnly(kernels: Kernels, firstRow: number, rows: number): void {
    this.#normalize(kernels, firstRow, rows);
    this.#trunk?.forward(kernels, firstRow, rows);
    this.#value?.forward(kernels, firstRow, rows);
  }

  /** Parameter gradient of rows 0 … rows−1 from the gradients by both heads' outputs. */
  backward(kernels: Kernels, rows: number): void {
    // Without a critic the policy alone brings the trunk its gradient: there is nothing to wait for.
    this.#policy.backward(kernels, rows, this.#value ? 'first' : 'only');
    this.#value?.backward(kernels, rows, 'second');
    this.#trunk?.backward(kernels, rows);
  }

  #normalize(kernels: Kernels, firstRow: number, rows: number): void {
    if (this.#normalization === null) return;
    const { mean, variance, output, size } = this.#normalization;
    const from = offsetBy(this.observations, firstRow * size);
    const to = offsetBy(output, firstRow * size);
    kernels.normalize(from, mean, variance, to, rows, size, VARIANCE_EPSILON);
  }
}

/** Where observations are normalized to, and by what. */
interface ObservationNormalization {
  readonly mean: Address;
  readonly variance: Address;
  readonly output: Address;
  /** Numbers of one observation. */
  readonly size: number;
}

function reserveNormalization(
  plan: KernelMemoryPlan,
  { layout, parameters }: Pick<ActorCriticNetwork, 'layout' | 'parameters'>,
  length: number,
): ObservationNormalization {
  const mean = findTensor(layout, normalizationNames.observationMean);
  const variance = findTensor(layout, normalizationNames.observationVariance);
  if (!mean || !variance) throw new RangeError('the layout has no statistics of observations');
  return {
    mean: offsetBy(parameters, mean.offset),
    variance: offsetBy(parameters, variance.offset),
    output: plan.reserve(length),
    size: mean.size,
  };
}
