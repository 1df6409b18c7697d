// The network of actor-critic methods: policy head and value head on two towers or one trunk, in kernel memory.
import type { Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import {
  createParameterLayout,
  type NetworkShape,
  type ParameterLayout,
} from '../parameters/parameter-layout.ts';
import { chooseLayer } from './create-layer.ts';
import { DenseLayer } from './dense-layer.ts';
import { countElements, placeLayers, type Shape } from './layer-shapes.ts';
import { LayerStack, type LayerStackOptions } from './layer-stack.ts';
import type { Layer } from './network-spec.ts';

type NamedLayers = LayerStackOptions['layers'];

/** Towers, or the parts of a shared trunk, and where their numbers are (byte addresses). */
export class ActorCriticNetwork {
  readonly layout: ParameterLayout;
  /** Flat parameters, in the layout's order. */
  readonly parameters: number;
  /** Flat gradient, in the layout's order. */
  readonly gradient: number;
  /** Rows of observations: the network's input. */
  readonly observations: number;
  readonly #trunk: LayerStack | null;
  readonly #policy: LayerStack;
  readonly #value: LayerStack;

  /** Reserves memory for `capacity` rows. */
  constructor(plan: KernelMemoryPlan, shape: NetworkShape, capacity: number) {
    const { network, observationShape } = shape;
    this.layout = createParameterLayout(shape);
    this.parameters = plan.reserve(this.layout.size);
    this.gradient = plan.reserve(this.layout.size);
    this.observations = plan.reserve(capacity * countElements(observationShape));
    const common = { layout: this.layout, parameters: this.parameters, gradient: this.gradient, capacity };
    const createStack = (layers: NamedLayers, below: LayerStack | null): LayerStack =>
      new LayerStack(plan, {
        ...common,
        layers,
        ...(below ? { input: below.output, below } : { input: this.observations }),
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
    this.#value = createStack(
      [...nameLayers('value', valueLayers, observationShape), nameHead('valueHead')],
      this.#trunk,
    );
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

/** The layers that compute something, named by their places in the spec. */
function nameLayers(prefix: string, layers: readonly Layer[], observationShape: Shape): NamedLayers {
  return placeLayers(observationShape, layers).flatMap((placed) => {
    const create = chooseLayer(placed);
    return create ? [{ name: `${prefix}/${placed.index}`, create }] : [];
  });
}

function nameHead(name: string): NamedLayers[number] {
  return { name, create: (plan, placement) => new DenseLayer(plan, placement, 'linear') };
}
