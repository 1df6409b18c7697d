// Writer of ONNX models: turns a layers model into a graph that computes the same from raw observations.
import { z } from 'zod';
import { describeMetadata } from '../model-format/describe-metadata.ts';
import type { FilePiece } from '../model-format/file-piece.ts';
import { InvalidModelError } from '../model-format/invalid-model-error.ts';
import { locateWeights } from '../model-format/locate-weights.ts';
import type { ModelCard } from '../model-format/model-card.ts';
import type { LayersModel, LayersModelLayer } from '../topology/layers-model.ts';
import { encodeOnnx } from './encode-onnx.ts';
import { claimName, LayerGraph, type GraphParts } from './layer-graph.ts';
import { layerConverters } from './layers/layer-converters.ts';
import type { OnnxGraph, OnnxValue } from './onnx-graph.ts';

type Config = LayersModel['modelTopology']['config'];
type TensorReference = Config['output_layers'][number];

/**
 * Creates the file. Inputs are `observation` [batch, …] and the states, outputs `policy`, `value` if there is a critic,
 * and the states after the step, called `…_next`. Throws ModelNotExportableError, which names a layer that ONNX or the
 * converter does not have.
 */
export function createOnnxModel(model: LayersModel, card: ModelCard): FilePiece[] {
  return encodeOnnx(createOnnxGraph(model, card), describeMetadata(card));
}

export function createOnnxGraph(model: LayersModel, card: ModelCard): OnnxGraph {
  const { config } = model.modelTopology;
  const parts: GraphParts = {
    nodes: [],
    initializers: [],
    weights: locateWeights(model),
    names: new Set<string>(outputNames),
  };
  const inputs = nameInputs(config, parts.names);
  const tensors = convertLayers(config, { parts, inputs });
  const outputs = nameOutputs(config, { card, inputs: [...inputs.values()], names: parts.names });
  return {
    name: config.name,
    nodes: [
      ...parts.nodes,
      ...config.output_layers.map((reference, index) => ({
        operator: 'Identity',
        name: claimName(parts.names, `${outputs[index] ?? ''}/Identity`),
        inputs: [findTensor(tensors, reference).name],
        outputs: [outputs[index] ?? ''],
        attributes: {},
      })),
    ],
    initializers: parts.initializers,
    inputs: [...inputs.values()],
    outputs: config.output_layers.map((reference, index) => ({
      name: outputs[index] ?? '',
      shape: findTensor(tensors, reference).shape,
    })),
  };
}

const inputName = 'observation';
const outputNames = ['policy', 'value'] as const;

/** The first input is the observation; each other has the name of its layer. */
function nameInputs(
  { layers, input_layers: references }: Config,
  names: Set<string>,
): Map<string, OnnxValue> {
  return new Map(
    references.map(([layerName], index) => {
      const layer = layers.find(({ name }) => name === layerName);
      if (layer === undefined) throw new InvalidModelError(`the model has no layer ${layerName}`);
      const name = claimName(names, index === 0 ? inputName : layerName);
      return [layerName, { name, shape: readInputShape(layer) }];
    }),
  );
}

const inputShapeSchema = z.tuple([z.null(), z.int().min(1)], z.int().min(1));

function readInputShape({ name, config }: LayersModelLayer): readonly number[] {
  const parsed = inputShapeSchema.safeParse(config.batch_input_shape);
  if (!parsed.success) throw new InvalidModelError(`input ${name} has rows of unknown length`);
  const [, ...shape] = parsed.data;
  return shape;
}

interface OutputContext {
  readonly card: Pick<ModelCard, 'spec'>;
  readonly inputs: readonly OnnxValue[];
  readonly names: Set<string>;
}

/** The outputs are the policy, the value if there is one, and a state for each further input. */
function nameOutputs({ output_layers: outputs }: Config, { card, inputs, names }: OutputContext): string[] {
  // The second input of a deterministic policy's topology is the action that is to be valued.
  const states = card.spec.policy.type === 'deterministic' ? [] : inputs.slice(1);
  const heads = outputs.length - states.length;
  if (heads < 1 || heads > outputNames.length)
    throw new InvalidModelError(`the model has ${outputs.length} outputs and ${states.length} states`);
  return [...outputNames.slice(0, heads), ...states.map(({ name }) => claimName(names, `${name}_next`))];
}

/** Outputs of each layer by its name. */
type Tensors = ReadonlyMap<string, readonly OnnxValue[]>;

/** Converts the layers from those that read only inputs to the outputs, in whatever order they are listed. */
function convertLayers(
  { layers }: Config,
  { parts, inputs }: { readonly parts: GraphParts; readonly inputs: ReadonlyMap<string, OnnxValue> },
): Tensors {
  const tensors = new Map<string, readonly OnnxValue[]>([...inputs].map(([name, input]) => [name, [input]]));
  let waiting = layers.filter(({ name }) => !inputs.has(name));
  while (waiting.length > 0) {
    const later: LayersModelLayer[] = [];
    for (const layer of waiting) {
      if (layer.inbound_nodes.flat().every(([name]) => tensors.has(name)))
        tensors.set(layer.name, convertLayer(layer, { parts, tensors }));
      else later.push(layer);
    }
    if (later.length === waiting.length)
      throw new InvalidModelError(
        `layer ${later[0]?.name ?? ''} reads a layer that does not exist, or itself`,
      );
    waiting = later;
  }
  return tensors;
}

function convertLayer(
  layer: LayersModelLayer,
  { parts, tensors }: { readonly parts: GraphParts; readonly tensors: Tensors },
): readonly OnnxValue[] {
  const graph: LayerGraph = new LayerGraph(layer, parts);
  const convert = layerConverters.get(layer.class_name);
  if (convert === undefined) graph.refuse('this class of layers is not supported');
  const [node = [], ...others] = layer.inbound_nodes;
  if (others.length > 0) graph.refuse('it is used more than once');
  const [first, ...further] = node.map(([name, , index]) => findTensor(tensors, [name, 0, index]));
  if (first === undefined) throw new InvalidModelError(`layer ${layer.name} has no input`);
  return convert(graph, [first, ...further]);
}

function findTensor(tensors: Tensors, [layer, , index]: TensorReference): OnnxValue {
  const tensor = tensors.get(layer)?.[index];
  if (tensor === undefined) throw new InvalidModelError(`layer ${layer} has no output ${index}`);
  return tensor;
}
