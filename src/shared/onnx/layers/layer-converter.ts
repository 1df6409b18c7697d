// Interface of a layer class's conversion to ONNX.
import type { OnnxValue } from '../onnx-graph.ts';
import type { LayerGraph } from '../layer-graph.ts';

/** The inputs of a layer. Every layer has one at least. */
export type LayerInputs = readonly [OnnxValue, ...OnnxValue[]];

/**
 * Adds the nodes that compute a layer and returns its outputs. Tensors keep the order of their axes in Keras: the batch
 * first, and channels last.
 */
export type LayerConverter = (graph: LayerGraph, inputs: LayerInputs) => readonly OnnxValue[];
