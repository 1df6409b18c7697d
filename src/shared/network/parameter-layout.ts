// Parameter layout: the order of a job's parameters, one flat Float32Array of named tensors with tfjs shapes, actor
// first.
import { placeLayers } from './layer-shapes.ts';
import { dense } from './layers/dense.ts';
import type { LayerTensor, TensorDescription } from './layers/layer-descriptor.ts';
import { findDescriptor } from './layers/layer-descriptors.ts';
import type { Layer } from './layers/layer-spec.ts';
import type { NetworkSpec } from './network-spec.ts';
import type { ModelWeight, WeightStart } from './model-description.ts';
import { countElements, type Shape } from './shape.ts';

/** A named tensor in the flat parameter array, row by row. */
export interface ParameterTensor extends TensorDescription {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** What the tensor belongs to: a layer, the policy (besides its network), or the scale of rewards. */
  readonly owner: 'layer' | 'policy' | 'reward';
  /** The head that its kernel belongs to; absent: that of its name, if it names one. */
  readonly head?: 'policyHead' | 'valueHead';
  /** Share of a running statistic that stays at each step; absent for other tensors. */
  readonly momentum?: number;
  /** Lower limit of its elements, which no update passes; null: no limit. */
  readonly minimum: number | null;
}

/** A parameter of a policy that does not belong to a layer. */
export interface PolicyTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialValue: number;
  readonly minimum: number;
}

export interface ParameterLayout {
  readonly tensors: readonly ParameterTensor[];
  /** Number of all parameters: the trainable ones, then the normalization statistics. */
  readonly size: number;
  /** Number of trainable parameters; they come first. */
  readonly trainableSize: number;
  /** Shape of the observations that the network takes. */
  readonly observationShape: Shape;
  /** Offset of the critic's tensors; those before belong to the policy or a shared trunk. */
  readonly criticOffset: number;
}

/** Inputs that determine a layout. */
export interface NetworkShape {
  readonly network: NetworkSpec;
  readonly observationShape: Shape;
  /** Number of outputs of the policy head, e.g. the number of discrete actions. */
  readonly policyOutputs: number;
  /** Parameters of the policy besides the network; they follow its head. */
  readonly policyTensors?: readonly PolicyTensor[];
  /** Whether the policy reads the inputs of its head too. */
  readonly policyReadsFeatures?: boolean;
  /** False for methods without a value function; true by default. */
  readonly hasCritic?: boolean;
  /** Size of the action that the value tower reads after the observation; absent if it reads only states. */
  readonly criticActionSize?: number;
  readonly normalizeObservations?: boolean;
  readonly normalizeRewards?: boolean;
}

/** Names of the statistics that are stored with the parameters. */
export const normalizationNames = {
  observationMean: 'observation/mean',
  observationVariance: 'observation/variance',
  returnVariance: 'return/variance',
} as const;

/**
 * Creates the layout: `trunk/i | policy/i`, `policyHead`, the policy's own parameters, `value/i`, `valueHead`, with a
 * layer's kernel before its bias, and then the normalization statistics.
 */
export function createParameterLayout(shape: NetworkShape): ParameterLayout {
  const { network, observationShape, policyOutputs, policyTensors = [], hasCritic = true } = shape;
  const tensors: ParameterTensor[] = [];
  let size = 0;
  const append = (tensor: Omit<ParameterTensor, 'offset' | 'size'>): void => {
    const tensorSize = countElements(tensor.shape);
    tensors.push({ ...tensor, offset: size, size: tensorSize });
    size += tensorSize;
  };
  const appendAll = (name: string, parts: readonly LayerTensor[]): void => {
    for (const { part, ...tensor } of parts)
      append({ ...tensor, name: `${name}/${part}`, owner: 'layer', minimum: null });
  };
  /** Returns the size of the tower's outputs. */
  const appendTower = (prefix: string, layers: readonly Layer[], inputShape: Shape): number => {
    const placed = placeLayers(inputShape, layers);
    for (const { layer, index, inputShape: taken } of placed)
      appendAll(`${prefix}/${index}`, findDescriptor(layer).listTensors(layer, taken));
    return countElements(placed.at(-1)?.outputShape ?? inputShape);
  };

  const appendWeights = (isWanted: (weight: ModelWeight) => boolean): void => {
    for (const weight of network.modelDescription?.weights.filter(isWanted) ?? [])
      append(describeWeight(weight));
  };

  if (network.modelDescription) {
    appendWeights(({ momentum, isCritic }) => momentum === null && !isCritic);
    for (const tensor of policyTensors) append({ ...tensor, owner: 'policy' });
    const criticOffset = size;
    appendWeights(({ momentum, isCritic }) => momentum === null && isCritic);
    const trainableSize = size;
    appendWeights(({ momentum }) => momentum !== null);
    for (const statistic of listStatistics(shape)) append({ ...statistic, minimum: null });
    return { tensors, size, trainableSize, criticOffset, observationShape: shape.observationShape };
  }
  const actorOutputs = appendTower(network.shared ? 'trunk' : 'policy', network.layers, observationShape);
  appendAll('policyHead', dense.listTensors({ units: policyOutputs }, [actorOutputs]));
  for (const tensor of policyTensors) append({ ...tensor, owner: 'policy' });
  const criticOffset = size;
  if (hasCritic) {
    const criticOutputs = network.shared
      ? actorOutputs
      : appendTower('value', network.valueLayers ?? network.layers, shapeCriticInput(shape));
    appendAll('valueHead', dense.listTensors({ units: 1 }, [criticOutputs]));
  }
  const trainableSize = size;
  for (const statistic of listStatistics(shape)) {
    append({ ...statistic, minimum: null });
  }
  return { tensors, size, trainableSize, criticOffset, observationShape: shape.observationShape };
}

/** Describes a weight of a topology. Its name has a prefix, so that it is never that of another tensor. */
function describeWeight({
  name,
  shape,
  start,
  gates,
  momentum,
}: ModelWeight): Omit<ParameterTensor, 'offset' | 'size'> {
  return {
    name: `${topologyPrefix}${name}`,
    shape,
    owner: 'layer',
    minimum: null,
    gates,
    ...(momentum !== null && { momentum }),
    ...describeStart(start, shape),
  };
}

export const topologyPrefix = 'model/';

function describeStart(
  start: WeightStart,
  shape: readonly number[],
): Pick<ParameterTensor, 'initialValue' | 'alwaysOrthogonal' | 'head'> {
  switch (start) {
    case 'zeros':
      return { initialValue: 0 };
    case 'ones':
      return { initialValue: 1 };
    case 'forgetGates': {
      const size = countElements(shape);
      const isForget = (index: number): boolean => index >= size / 4 && index < size / 2;
      return { initialValue: Array.from({ length: size }, (_, index) => (isForget(index) ? 1 : 0)) };
    }
    case 'kernel':
      return { initialValue: null };
    case 'recurrentKernel':
      return { initialValue: null, alwaysOrthogonal: true };
    case 'policyHead':
    case 'valueHead':
      return { initialValue: null, head: start };
  }
}

/** Computes the shape of the value tower's input: an observation, or one row of an observation and an action. */
function shapeCriticInput({ observationShape, criticActionSize }: NetworkShape): Shape {
  return criticActionSize === undefined
    ? observationShape
    : [countElements(observationShape) + criticActionSize];
}

/**
 * Lists the normalization statistics. Before the first rollout is merged, normalization changes nothing: mean 0,
 * variance 1.
 */
function listStatistics(
  shape: NetworkShape,
): Pick<ParameterTensor, 'name' | 'shape' | 'initialValue' | 'owner'>[] {
  const { observationMean, observationVariance, returnVariance } = normalizationNames;
  const observationSize = countElements(shape.observationShape);
  return [
    ...(shape.normalizeObservations
      ? [
          { name: observationMean, shape: [observationSize], initialValue: 0, owner: 'layer' as const },
          {
            name: observationVariance,
            shape: [observationSize],
            initialValue: 1,
            owner: 'layer' as const,
          },
        ]
      : []),
    ...(shape.normalizeRewards
      ? [{ name: returnVariance, shape: [1], initialValue: 1, owner: 'reward' as const }]
      : []),
  ];
}

/** Lists the running statistics of a topology's layers, which follow the trainable parameters without gaps. */
export function listRunningStatistics({ tensors }: ParameterLayout): ParameterTensor[] {
  return tensors.filter(({ momentum }) => momentum !== undefined);
}

/** Counts what a rollout says about the running statistics: how many there are, after a mark; 0 if there are none. */
export function countRunningNumbers(layout: ParameterLayout): number {
  const size = listRunningStatistics(layout).reduce((sum, tensor) => sum + tensor.size, 0);
  return size === 0 ? 0 : 1 + size;
}

/** Finds the tensor of that name; null if the layout has none. */
export function findTensor({ tensors }: ParameterLayout, name: string): ParameterTensor | null {
  return tensors.find((tensor) => tensor.name === name) ?? null;
}
