// Inspection of a topology: builds the model, without drawing its weights, and describes it.
import { io } from '@tensorflow/tfjs-core';
import { loadLayersModel, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { TopologyDescription, TopologyWeight, WeightStart } from '../../network/topology-description.ts';
import { countElements } from '../../network/shape.ts';
import { topologySchema } from '../../topology/layers-model.ts';
import { addedLayerNames } from '../../topology/normalize-topology.ts';
import { InvalidTopologyError } from './invalid-topology-error.ts';
import { startBackend } from './start-backend.ts';
import { zeroInitializers } from './zero-initializers.ts';

type Layer = LayersModel['layers'][number];

/** Throws InvalidTopologyError if TensorFlow.js cannot build the model, or could not train it. */
export async function inspectTopology(topology: object): Promise<TopologyDescription> {
  requireFunctional(topology);
  await startBackend('cpu');
  const model = await loadTopology(topology);
  try {
    return describeModel(model);
  } finally {
    model.dispose();
  }
}

function requireFunctional(topology: object): void {
  const parsed = topologySchema.safeParse(topology);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InvalidTopologyError(
      `not the modelTopology of a functional layers model: ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  const names = parsed.data.config.layers.map(({ name }) => name);
  const taken = addedLayerNames.find((name) => names.includes(name));
  if (taken) throw new InvalidTopologyError(`the name ${taken} is reserved: rename that layer`);
}

export async function loadTopology(topology: object): Promise<LayersModel> {
  try {
    return await loadLayersModel(io.fromMemory({ modelTopology: zeroInitializers(topology) }));
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new InvalidTopologyError(`TensorFlow.js cannot build this model: ${line}`, { cause: error });
  }
}

function describeModel(model: LayersModel): TopologyDescription {
  const [policy, value] = model.outputs;
  if (!policy) throw new InvalidTopologyError('the model has no outputs');
  const actors = findAncestors(policy.sourceLayer);
  const { input: features } = policy.sourceLayer;
  const isDense = policy.sourceLayer.getClassName() === 'Dense';
  const critics = value ? findAncestors(value.sourceLayer) : new Set<Layer>();
  return {
    inputs: model.inputs.map(readShape),
    outputs: model.outputs.map(readShape),
    weights: model.layers.flatMap((layer) =>
      describeWeights(layer, {
        isCritic: !actors.has(layer),
        head: layer === policy.sourceLayer ? 'policyHead' : layer === value?.sourceLayer ? 'valueHead' : null,
      }),
    ),
    isShared: [...critics].some((layer) => layer.weights.length > 0 && actors.has(layer)),
    states: countStates(model),
    features: isDense && !Array.isArray(features) ? countElements(readShape(features)) : null,
    outputNumbers: model.layers.reduce((sum, layer) => sum + countOutputs(layer), 0),
  };
}

/** States are the inputs after the first that have the shapes of the last outputs. */
function countStates({ inputs, outputs }: LayersModel): number {
  const shapes = [inputs, outputs].map((tensors) => tensors.map((tensor) => readShape(tensor).join()));
  const [inputShapes = [], outputShapes = []] = shapes;
  for (let count = Math.min(inputs.length, outputs.length) - 1; count > 0; count -= 1) {
    if (inputShapes.slice(-count).join(';') === outputShapes.slice(-count).join(';')) return count;
  }
  return 0;
}

function readShape({ shape, name }: SymbolicTensor): number[] {
  return shape.slice(1).map((length) => {
    if (length === null)
      throw new InvalidTopologyError(
        `${name} has the shape [${shape.join(', ')}]: only the first length may be open`,
      );
    return length;
  });
}

function countOutputs({ output }: Layer): number {
  return [output].flat().reduce((sum, tensor) => sum + countElements(readShape(tensor)), 0);
}

/** The layers that an output depends on. */
function findAncestors(layer: Layer, found = new Set<Layer>()): ReadonlySet<Layer> {
  if (found.has(layer)) return found;
  found.add(layer);
  for (const node of layer.inboundNodes) for (const below of node.inboundLayers) findAncestors(below, found);
  return found;
}

interface Place {
  readonly isCritic: boolean;
  readonly head: 'policyHead' | 'valueHead' | null;
}

function describeWeights(layer: Layer, { isCritic, head }: Place): TopologyWeight[] {
  const type = layer.getClassName();
  requireDifferentiable(layer, type);
  return layer.weights.map(({ originalName: name, shape, trainable: isTrained }) => {
    const start = chooseStart(type, name.split('/').at(-1) ?? name);
    return {
      name,
      shape: shape.map((length) => length ?? 1),
      isTrained,
      isCritic,
      start: start === 'kernel' && head !== null ? head : start,
      gates: start === 'kernel' || start === 'recurrentKernel' ? (gateCounts.get(type) ?? 1) : 1,
    };
  });
}

const gateCounts = new Map([
  ['LSTM', 4],
  ['GRU', 3],
]);

function chooseStart(type: string, part: string): WeightStart {
  if (part === 'gamma' || part === 'moving_variance') return 'ones';
  if (part === 'recurrent_kernel') return 'recurrentKernel';
  if (part.endsWith('kernel') || part === 'embeddings') return 'kernel';
  return type === 'LSTM' && part === 'bias' ? 'forgetGates' : 'zeros';
}

/** TensorFlow.js fails in the gradient of a batch normalization that lacks its scale or its center. */
function requireDifferentiable(layer: Layer, type: string): void {
  if (type !== 'BatchNormalization') return;
  const names = layer.trainableWeights.map(({ originalName }) => originalName.split('/').at(-1));
  if (names.includes('gamma') && names.includes('beta')) return;
  throw new InvalidTopologyError(`${layer.name} needs scale: true and center: true, and must be trainable`);
}
