// Layer stack in kernel memory: forward over any range of rows, backward over all rows of a rollout.
import type { Address } from '../kernels/address.ts';
import { activationCodes, type Kernels } from '../kernels/kernels.ts';
import type { CreateLayer, InputGradientTarget, LayerPlacement, NetworkLayer } from './network-layer.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import { DenseChain } from './dense-chain.ts';

/** Options of a stack. */
export interface LayerStackOptions extends Pick<
  LayerPlacement,
  'layout' | 'parameters' | 'gradient' | 'input' | 'capacity' | 'recurrence'
> {
  /** Layers from input to output, at least one. */
  readonly layers: readonly { readonly name: string; readonly create: CreateLayer }[];
  /**
   * The stack below, if this one reads another's outputs; otherwise the target of the gradient with respect to the
   * input.
   */
  readonly below?: Pick<LayerStack, 'outputGradient' | 'activation'>;
}

export class LayerStack {
  /** Address of the last layer's outputs, row by row. */
  readonly output: Address;
  /** Address of the gradient with respect to the last layer's outputs, before its activation. */
  readonly outputGradient: Address;
  /** Address of the last layer's inputs. */
  readonly lastInput: Address;
  /** Code of the last layer's activation. */
  readonly activation: number;
  readonly #layers: readonly NetworkLayer[];
  /** The layers, with a chain in the place of consecutive dense ones. */
  readonly #forward: readonly Pick<NetworkLayer, 'forward'>[];
  /** Where each layer writes the gradient with respect to its input. That of the first layer depends on `turn`. */
  readonly #targets: readonly (InputGradientTarget | null)[];
  readonly #firstTurn: InputGradientTarget | null;
  readonly #secondTurn: InputGradientTarget | null;
  readonly #onlyTurn: InputGradientTarget | null;

  constructor(plan: KernelMemoryPlan, options: LayerStackOptions) {
    const { below } = options;
    const layers: NetworkLayer[] = [];
    for (const { name, create } of options.layers) {
      const last = layers.at(-1);
      layers.push(
        create(plan, {
          ...options,
          name,
          input: last?.output ?? options.input,
          hasInputGradient: last !== undefined || below !== undefined,
        }),
      );
    }
    const last = layers.at(-1);
    if (!last) throw new RangeError('a stack has at least one layer');
    this.output = last.output;
    this.outputGradient = last.outputGradient;
    this.activation = last.activation;
    this.#layers = layers;
    this.#forward = chainLayers(plan, layers);
    this.#targets = layers.map((_, index) => {
      const layerBelow = layers[index - 1];
      return layerBelow ? createTarget(layerBelow, 0) : null;
    });
    this.#firstTurn = below
      ? { address: below.outputGradient, activation: activationCodes.linear, accumulate: 0 }
      : null;
    this.#secondTurn = below ? createTarget(below, 1) : null;
    this.#onlyTurn = below ? createTarget(below, 0) : null;
    this.lastInput = layers.at(-2)?.output ?? options.input;
  }

  /** Call it after parameters changed. */
  refresh(kernels: Kernels): void {
    for (const layer of this.#layers) layer.refresh(kernels);
  }

  /** Computes the outputs of `rows` rows, starting at `firstRow`. */
  forward(kernels: Kernels, firstRow: number, rows: number): void {
    const forward = this.#forward;
    for (let index = 0; index < forward.length; index += 1) forward[index]!.forward(kernels, firstRow, rows);
  }

  /**
   * Computes parameter gradients from the gradient with respect to the outputs of rows 0 … rows−1, and the gradient
   * with respect to the outputs of the stack below. If two stacks share the stack below, the first one stores its part,
   * and the second one adds its own and applies the derivative of the activation to the sum. A single stack does both
   * at once.
   */
  backward(kernels: Kernels, rows: number, turn: 'first' | 'second' | 'only' = 'only'): void {
    const layers = this.#layers;
    for (let index = layers.length - 1; index > 0; index -= 1)
      layers[index]!.backward(kernels, rows, this.#targets[index]!);
    layers[0]!.backward(kernels, rows, this.#chooseTarget(turn));
  }

  #chooseTarget(turn: 'first' | 'second' | 'only'): InputGradientTarget | null {
    switch (turn) {
      case 'first':
        return this.#firstTurn;
      case 'second':
        return this.#secondTurn;
      case 'only':
        return this.#onlyTurn;
    }
  }
}

function chainLayers(
  plan: KernelMemoryPlan,
  layers: readonly NetworkLayer[],
): readonly Pick<NetworkLayer, 'forward'>[] {
  const parts: Pick<NetworkLayer, 'forward'>[] = [];
  for (let first = 0; first < layers.length;) {
    const after = layers.findIndex((layer, index) => index >= first && layer.denseCall === undefined);
    const calls = layers
      .slice(first, after < 0 ? layers.length : after)
      .flatMap(({ denseCall }) => denseCall ?? []);
    parts.push(calls.length > 1 ? new DenseChain(plan, calls) : layers[first]!);
    first += Math.max(1, calls.length);
  }
  return parts;
}

function createTarget(
  { outputGradient, activation }: Pick<NetworkLayer, 'outputGradient' | 'activation'>,
  accumulate: 0 | 1,
): InputGradientTarget {
  return { address: outputGradient, activation, accumulate };
}
