// The layers of a topology, from the observation up. They are named as `toWeightName` names their weights.
import { placeLayers, type PlacedLayer } from '../network/layer-shapes.ts';
import type { Layer } from '../network/layers/layer-spec.ts';
import { countElements, type Shape } from '../network/shape.ts';
import { VARIANCE_EPSILON } from '../normalization/scale-rewards.ts';
import type { LayersModelLayer } from './layers-model.ts';
import { createInput, createReshape, type KerasState } from './keras-layers/keras-layer.ts';
import { describeHiddenLayer } from './keras-layers/keras-layers.ts';

export const inputName = 'observation';

export class TopologyBuilder {
  readonly layers: LayersModelLayer[];
  /** What recurrent layers carry from step to step. */
  readonly states: KerasState[] = [];
  readonly #observationShape: Shape;
  readonly #isNormalized: boolean;

  /** `isNormalized` says whether a layer with the running statistics of observations comes first. */
  constructor(observationShape: Shape, isNormalized: boolean) {
    this.layers = [createInput(inputName, observationShape)];
    this.#observationShape = observationShape;
    this.#isNormalized = isNormalized;
  }

  /** Returns the layer's name, as all of these do: the input of what comes next. */
  append(layer: LayersModelLayer): string {
    this.layers.push(layer);
    return layer.name;
  }

  /** The observation as one row: dense layers take one axis, and our parameters know an observation so. */
  appendRow(): string {
    const shape = this.#observationShape;
    const row =
      shape.length === 1
        ? inputName
        : this.#appendOnce(createReshape('flatten', [countElements(shape)], inputName));
    return this.#isNormalized ? this.#appendOnce(createNormalization(row)) : row;
  }

  /** Layers that read the observation. */
  appendTower(prefix: string, layers: readonly Layer[]): string {
    const placed = placeLayers(this.#observationShape, layers);
    const takesPicture = (placed[0]?.inputShape.length ?? 1) > 1;
    return this.appendHidden(prefix, placed, takesPicture ? this.#appendPicture() : this.appendRow());
  }

  appendHidden(prefix: string, placed: readonly PlacedLayer[], input: string): string {
    return placed.reduce((from, layer) => {
      const { layers, states } = describeHiddenLayer(`${prefix}_${layer.index}`, layer, from);
      this.layers.push(...layers);
      this.states.push(...states);
      return layers.at(-1)?.name ?? from;
    }, input);
  }

  #appendPicture(): string {
    if (!this.#isNormalized) return inputName;
    return this.#appendOnce(createReshape('normalized_picture', this.#observationShape, this.appendRow()));
  }

  #appendOnce(layer: LayersModelLayer): string {
    return this.layers.some(({ name }) => name === layer.name) ? layer.name : this.append(layer);
  }
}

/** (x − mean)/√(variance + ε) with the statistics of training, one pair per element. */
function createNormalization(input: string): LayersModelLayer {
  const name = 'normalization';
  const config = {
    name,
    axis: -1,
    epsilon: VARIANCE_EPSILON,
    center: false,
    scale: false,
    momentum: 0.99,
    trainable: false,
    dtype: 'float32',
  };
  return { class_name: 'BatchNormalization', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}
