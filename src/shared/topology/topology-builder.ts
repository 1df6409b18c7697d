// Topology builder: adds the layers of a topology, from the observation up. `toWeightName` gives the names of the
// layers.
import { placeLayers, type PlacedLayer } from '../network/layer-shapes.ts';
import type { Layer } from '../network/layers/layer-spec.ts';
import { countElements, type Shape } from '../network/shape.ts';
import type { LayersModelLayer } from './layers-model.ts';
import { createInput, createReshape, type KerasState } from './keras-layers/keras-layer.ts';
import { describeHiddenLayer } from './keras-layers/keras-layers.ts';
import { createNormalization } from './normalization-layer.ts';

export const inputName = 'observation';

export class TopologyBuilder {
  readonly layers: LayersModelLayer[];
  /** States of the recurrent layers, passed from step to step. */
  readonly states: KerasState[] = [];
  readonly #observationShape: Shape;
  readonly #isNormalized: boolean;

  /** `isNormalized`: whether the first layer normalizes observations with their running statistics. */
  constructor(observationShape: Shape, isNormalized: boolean) {
    this.layers = [createInput(inputName, observationShape)];
    this.#observationShape = observationShape;
    this.#isNormalized = isNormalized;
  }

  /** Adds a layer. Returns its name, as all append methods do: the input of the next layer. */
  append(layer: LayersModelLayer): string {
    this.layers.push(layer);
    return layer.name;
  }

  /** Adds the observation as one row, as dense layers and the parameters need it. */
  appendRow(): string {
    const shape = this.#observationShape;
    const row =
      shape.length === 1
        ? inputName
        : this.#appendOnce(createReshape('flatten', [countElements(shape)], inputName));
    return this.#isNormalized ? this.#appendOnce(createNormalization(row)) : row;
  }

  /** Adds the layers that read the observation. */
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
