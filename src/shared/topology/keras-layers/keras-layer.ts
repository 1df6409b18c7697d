// Interface of a layer type's description in Keras, and Keras layers that several types use.
import type { PlacedLayer } from '../../network/layer-shapes.ts';
import type { LayerType } from '../../network/layers/layer-spec.ts';
import type { Shape } from '../../network/shape.ts';
import type { LayersModel, LayersModelLayer } from '../layers-model.ts';

export type OutputNode = LayersModel['modelTopology']['config']['output_layers'][number];

/** A state that the user of a model passes from step to step. */
export interface KerasState {
  /** Name of the input for the state before the step. */
  readonly input: string;
  /** Output of the state after the step. */
  readonly output: OutputNode;
}

export interface KerasLayers {
  /** From input to output. The outputs of the last one are the outputs of the described layer. */
  readonly layers: readonly LayersModelLayer[];
  readonly states: readonly KerasState[];
}

export interface KerasExporter<Type extends LayerType> {
  /** Fields of its Keras configuration, besides weights, that affect its outputs. */
  readonly computedFields: readonly string[];
  /**
   * Describes the Keras layers that compute a layer. `name` is the name of its weights, `input` that of the Keras layer
   * before it.
   */
  describe(name: string, placed: PlacedLayer<Type>, input: string): KerasLayers;
}

/** `shape` is the shape of one row. */
export function createInput(name: string, shape: Shape): LayersModelLayer {
  const config = { name, batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false };
  return { class_name: 'InputLayer', name, config, inbound_nodes: [] };
}

export function createReshape(name: string, shape: Shape, input: string): LayersModelLayer {
  const config = { name, target_shape: [...shape], trainable: true };
  return { class_name: 'Reshape', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}
