// Inspection of a topology: builds the model, without drawing its weights, and describes it.
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { ModelDescription, ModelWeight, WeightStart } from '../../network/model-description.ts';
import { countElements } from '../../network/shape.ts';
import { findTopologyFault } from '../../topology/find-topology-fault.ts';
import { topologySchema } from '../../topology/layers-model.ts';
import { InvalidTopologyError } from './invalid-topology-error.ts';
import { loadTopology } from './load-topology.ts';
import { isRecurrent, readRowShape } from './model-function.ts';
import { startBackend } from './start-backend.ts';
import { findBackend } from './try-gradient.ts';

type Layer = LayersModel['layers'][number];
type Shapes = Omit<ModelDescription, 'backend'>;

/** Parameters, and numbers that layers output for a row, of a model that a worker can hold with its gradient. */
const maxNumbers = 2 ** 27;

/** Larger models are not tried, because the trial would take as much memory as a worker. */
const maxTriedNumbers = 2 ** 22;

/** Throws InvalidTopologyError if TensorFlow.js cannot build the model, or could not train it. */
export async function inspectTopology(topology: object): Promise<ModelDescription> {
  requireSound(topology);
  await startBackend('cpu');
  const description = await describeTopology(topology);
  const { weights, outputNumbers } = description;
  const numbers = weights.reduce((sum, { shape }) => sum + countElements(shape), outputNumbers);
  if (numbers > maxNumbers)
    throw new InvalidTopologyError(
      `the model has ${numbers} parameters and outputs of layers for one row; ${maxNumbers} is the limit`,
    );
  return { ...description, backend: numbers > maxTriedNumbers ? null : await findBackend(topology) };
}

function requireSound(topology: object): void {
  const parsed = topologySchema.safeParse(topology);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InvalidTopologyError(
      `not the modelTopology of a functional layers model: ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  const fault = findTopologyFault(parsed.data.config);
  if (fault !== null) throw new InvalidTopologyError(fault);
}

async function describeTopology(topology: object): Promise<Shapes> {
  const model = await loadTopology(topology);
  try {
    return describeModel(model);
  } finally {
    model.dispose();
  }
}

function describeModel(model: LayersModel): Shapes {
  const [policy, value] = model.outputs;
  if (!policy) throw new InvalidTopologyError('the model has no outputs');
  const actors = findAncestors(policy.sourceLayer);
  const critics = value ? findAncestors(value.sourceLayer) : new Set<Layer>();
  const { input: features } = policy.sourceLayer;
  const isDense = policy.sourceLayer.getClassName() === 'Dense';
  const [, ...others] = model.inputs.map(({ sourceLayer }) => sourceLayer);
  return {
    inputs: model.inputs.map(readShape),
    outputs: model.outputs.map(readShape),
    weights: model.layers.flatMap((layer) =>
      describeWeights(layer, { isCritic: !actors.has(layer), head: chooseHead(layer, policy, value) }),
    ),
    isShared: [...critics].some((layer) => layer.weights.length > 0 && actors.has(layer)),
    policyReadsOnlyObservations: others.every((layer) => !actors.has(layer)),
    valueReadsEverything: model.inputs.every(({ sourceLayer }) => critics.has(sourceLayer)),
    features: isDense && !Array.isArray(features) ? countElements(readShape(features)) : null,
    outputNumbers: model.layers.reduce((sum, layer) => sum + countOutputs(layer), 0),
  };
}

/** Reads the shape of one row. */
function readShape(tensor: SymbolicTensor): number[] {
  const shape = tensor.shape.slice(1);
  if (shape.some((length) => length === null || length < 1 || !Number.isSafeInteger(length)))
    throw new InvalidTopologyError(
      `${tensor.sourceLayer.name} has rows of [${shape.map((length) => length ?? 'null').join(', ')}]: every length must be known and at least 1`,
    );
  return readRowShape(tensor);
}

/** Numbers that gates and states of a recurrent layer take for each of its outputs, in each of its steps. */
const recurrentNumbers = 8;

/** Counts the numbers that a layer keeps of a row until its gradient. */
function countOutputs(layer: Layer): number {
  const numbers = [layer.output].flat().reduce((sum, tensor) => sum + countElements(readShape(tensor)), 0);
  if (!isRecurrent(layer)) return numbers;
  const [sequence] = [layer.input].flat();
  return recurrentNumbers * numbers * (sequence ? (readShape(sequence)[0] ?? 1) : 1);
}

/** The layers that an output depends on. */
function findAncestors(top: Layer): ReadonlySet<Layer> {
  const found = new Set([top]);
  for (const layer of found) {
    for (const node of layer.inboundNodes) for (const below of node.inboundLayers) found.add(below);
  }
  return found;
}

interface Place {
  readonly isCritic: boolean;
  readonly head: 'policyHead' | 'valueHead' | null;
}

/** Only dense layers are heads: others need kernels of full size. */
function chooseHead(layer: Layer, policy: SymbolicTensor, value: SymbolicTensor | undefined): Place['head'] {
  if (layer.getClassName() !== 'Dense') return null;
  if (layer === policy.sourceLayer) return 'policyHead';
  return layer === value?.sourceLayer ? 'valueHead' : null;
}

function describeWeights(layer: Layer, { isCritic, head }: Place): ModelWeight[] {
  const type = layer.getClassName();
  const momentum = readMomentum(layer, type);
  return layer.weights.map(({ originalName: name, shape, trainable }) => {
    const start = chooseStart(type, name.split('/').at(-1) ?? name);
    return {
      name,
      shape: shape.map((length) => length ?? 1),
      momentum: trainable ? null : momentum,
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

/** Reads how slowly the running statistics of a layer follow; 0 for a layer without any. */
function readMomentum(layer: Layer, type: string): number {
  if (layer.nonTrainableWeights.length === 0) return 0;
  if (type !== 'BatchNormalization')
    throw new InvalidTopologyError(
      `${layer.name} has weights that are not trained, of which only a batch normalization may have some`,
    );
  // TensorFlow.js fails in the gradient of a batch normalization that lacks its scale or its center.
  const names = layer.trainableWeights.map(({ originalName }) => originalName.split('/').at(-1));
  if (!names.includes('gamma') || !names.includes('beta'))
    throw new InvalidTopologyError(`${layer.name} needs scale: true and center: true`);
  const { momentum } = layer.getConfig();
  if (typeof momentum !== 'number' || momentum < 0 || momentum >= 1)
    throw new InvalidTopologyError(`the momentum of ${layer.name} must be at least 0 and less than 1`);
  return momentum;
}
