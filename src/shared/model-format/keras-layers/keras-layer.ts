// Interface of what describes a layer type in Keras, and the Keras layers that several of them use.
import type { PlacedLayer } from '../../network/layer-shapes.ts';
import type { LayerType } from '../../network/layers/layer-spec.ts';
import type { Shape } from '../../network/shape.ts';
import type { LayersModel, LayersModelLayer } from '../layers-model.ts';

export type OutputNode = LayersModel['modelTopology']['config']['output_layers'][number];

/** A state that the user of a model carries from step to step. */
export interface KerasState {
  /** Name of the input that takes the state before the step. */
  readonly input: string;
  /** What gives the state after it. */
  readonly output: OutputNode;
}

export interface KerasLayers {
  /** From input to output; the outputs of the last are those of our layer. */
  readonly layers: readonly LayersModelLayer[];
  readonly states: readonly KerasState[];
}

export interface KerasExporter<Type extends LayerType> {
  /** Fields of its Keras configuration that its outputs depend on, beside weights. */
  readonly computedFields: readonly string[];
  /** What computes a layer in Keras. `name` is that of its weights, `input` that of the Keras layer before it. */
  describe(name: string, placed: PlacedLayer<Type>, input: string): KerasLayers;
}

/** `shape` is that of one row. */
export function createInput(name: string, shape: Shape): LayersModelLayer {
  const config = { name, batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false };
  return { class_name: 'InputLayer', name, config, inbound_nodes: [] };
}

export function createReshape(name: string, shape: Shape, input: string): LayersModelLayer {
  const config = { name, target_shape: [...shape], trainable: true };
  return { class_name: 'Reshape', name, config, inbound_nodes: [[[input, 0, 0, {}]]] };
}
