// Stacks of layers, and the two ways to combine them into a policy and a value.
import type * as tf from '@tensorflow/tfjs-core';
import { placeLayers } from '../../src/shared/network/layer-shapes.ts';
import type { Layer } from '../../src/shared/network/layers/layer-spec.ts';
import type { NetworkSpec } from '../../src/shared/network/network-spec.ts';
import { hasRecurrentLayer } from '../../src/shared/network/recurrent-layers.ts';
import { countElements, type Shape } from '../../src/shared/network/shape.ts';
import { createDenseLayer, createPeerLayer } from './layers.ts';
import type { PeerLayer } from './peer-layer.ts';

export class LayerStack {
  readonly variables: readonly tf.Variable[];
  readonly outputShape: Shape;
  readonly #layers: readonly PeerLayer[];

  /** With `headOutputs` a linear layer of so many outputs comes on top. */
  constructor(inputShape: Shape, layers: readonly Layer[], headOutputs: number | null) {
    const placed = placeLayers(inputShape, layers);
    const hidden = placed.map((layer) => createPeerLayer(layer));
    const outputShape = placed.at(-1)?.outputShape ?? [countElements(inputShape)];
    this.outputShape = headOutputs === null ? outputShape : [headOutputs];
    this.#layers =
      headOutputs === null
        ? hidden
        : [...hidden, createDenseLayer(countElements(outputShape), headOutputs, 'linear')];
    this.variables = this.#layers.flatMap(({ variables }) => variables);
  }

  /** `starts` may be left out where no layer remembers. */
  forward(rows: tf.Tensor, starts: readonly boolean[] = []): tf.Tensor {
    return this.#layers.reduce((inputs, layer) => layer.forward(inputs, starts), rows);
  }

  mark(): void {
    for (const layer of this.#layers) layer.mark?.();
  }

  rewind(): void {
    for (const layer of this.#layers) layer.rewind?.();
  }
}

/** Both heads read what `trunk` gives; it is empty for separate towers. */
export interface ActorCriticStacks {
  readonly trunk: LayerStack;
  readonly policy: LayerStack;
  readonly value: LayerStack;
}

export function createActorCriticStacks(
  network: NetworkSpec,
  observationShape: Shape,
  policyOutputs: number,
): ActorCriticStacks {
  const { shared, layers, valueLayers = layers } = network;
  if (!shared && hasRecurrentLayer(network)) {
    // Its value tower would have to see every step while acting, as a trunk does anyway.
    throw new RangeError('the tfjs peer remembers in a shared trunk only; set network.shared to true');
  }
  const trunk = new LayerStack(observationShape, shared ? layers : [], null);
  const inputShape = shared ? trunk.outputShape : observationShape;
  return {
    trunk,
    policy: new LayerStack(inputShape, shared ? [] : layers, policyOutputs),
    value: new LayerStack(inputShape, shared ? [] : valueLayers, 1),
  };
}
