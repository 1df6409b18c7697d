// Owns the order of a job's parameters: one flat Float32Array of named tensors with tfjs shapes, actor first.
import { countElements, placeLayers, type PlacedLayer, type Shape } from './layer-shapes.ts';
import type { Layer, NetworkSpec } from './network-spec.ts';

/**
 * One named tensor inside the flat parameter array, row by row: a dense kernel is `[inputs, outputs]`, one of a
 * convolution `[height, width, channels, filters]`, both of an LSTM have four gates of columns.
 */
export interface ParameterTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
  /** What its elements start at, all alike or one by one; null where initialization draws them. */
  readonly initialValue: number | readonly number[] | null;
  /** Matrices that stand side by side in a kernel, one for each gate of an LSTM; 1 where absent. */
  readonly gates?: number;
  /** A weight of a layer, or a number beside the network: of the policy, or of how rewards are scaled. */
  readonly owner: 'layer' | 'policy' | 'reward';
  /** What no update may push its elements below; null for no floor. */
  readonly minimum: number | null;
}

/** A parameter of a policy that no layer computes. */
export interface PolicyTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialValue: number;
  readonly minimum: number;
}

export interface ParameterLayout {
  readonly tensors: readonly ParameterTensor[];
  /** All numbers: those that training changes, then the statistics of normalization. */
  readonly size: number;
  /** Numbers that have a gradient; they come first. */
  readonly trainableSize: number;
  /** Where the tensors of the value side begin; those before belong to the policy or a shared trunk. */
  readonly criticOffset: number;
}

/** What a layout depends on. */
export interface NetworkShape {
  readonly network: NetworkSpec;
  readonly observationShape: Shape;
  /** Outputs of the policy head, e.g. the number of discrete actions. */
  readonly policyOutputs: number;
  /** Parameters of the policy beside the network; they follow its head. */
  readonly policyTensors?: readonly PolicyTensor[];
  /** False for methods without a value function; true by default. */
  readonly hasCritic?: boolean;
  /** Numbers of an action that the value tower reads after the observation; absent where it values states alone. */
  readonly criticActionSize?: number;
  readonly normalizeObservations?: boolean;
  readonly normalizeRewards?: boolean;
}

/** Names of the statistics that travel with the parameters. */
export const normalizationNames = {
  observationMean: 'observation/mean',
  observationVariance: 'observation/variance',
  returnVariance: 'return/variance',
} as const;

/**
 * Lays out `trunk/i | policy/i`, `policyHead`, the policy's own, `value/i`, `valueHead`, a layer's kernel before
 * its bias, and then the statistics of normalization.
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
    for (const layer of placed) appendAll(`${prefix}/${layer.index}`, listTensors(layer));
    return countElements(placed.at(-1)?.outputShape ?? inputShape);
  };

  const actorOutputs = appendTower(network.shared ? 'trunk' : 'policy', network.layers, observationShape);
  appendAll('policyHead', weigh([actorOutputs, policyOutputs]));
  for (const tensor of policyTensors) append({ ...tensor, owner: 'policy' });
  const criticOffset = size;
  if (hasCritic) {
    const criticOutputs = network.shared
      ? actorOutputs
      : appendTower('value', network.valueLayers ?? network.layers, shapeCriticInput(shape));
    appendAll('valueHead', weigh([criticOutputs, 1]));
  }
  const trainableSize = size;
  for (const statistic of listStatistics(shape)) {
    append({ ...statistic, minimum: null });
  }
  return { tensors, size, trainableSize, criticOffset };
}

/** What the value tower reads: an observation, or one row of an observation and an action. */
function shapeCriticInput({ observationShape, criticActionSize }: NetworkShape): Shape {
  return criticActionSize === undefined
    ? observationShape
    : [countElements(observationShape) + criticActionSize];
}

/** Until the first rollout has been merged, normalization changes nothing: mean 0, variance 1. */
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

/** The tensor of that name, or null where the layout has none. */
export function findTensor({ tensors }: ParameterLayout, name: string): ParameterTensor | null {
  return tensors.find((tensor) => tensor.name === name) ?? null;
}

/** A tensor of a layer by its part in it. */
interface LayerTensor extends Pick<ParameterTensor, 'shape' | 'initialValue' | 'gates'> {
  readonly part: 'kernel' | 'recurrentKernel' | 'bias';
}

function listTensors({ layer, inputShape }: PlacedLayer): LayerTensor[] {
  switch (layer.type) {
    case 'dense':
      return weigh([countElements(inputShape), layer.units]);
    case 'conv2d':
      return weigh([layer.kernelSize, layer.kernelSize, inputShape.at(-1) ?? 1, layer.filters]);
    case 'lstm':
      return weighGates(countElements(inputShape), layer.units);
    case 'flatten':
      return [];
  }
}

/** A kernel with a bias for each of its outputs. */
function weigh(kernelShape: Shape): LayerTensor[] {
  return [
    { part: 'kernel', shape: kernelShape, initialValue: null },
    { part: 'bias', shape: kernelShape.slice(-1), initialValue: 0 },
  ];
}

/**
 * Gates i f g o of an LSTM. The recurrent kernel follows the kernel, so that both together are one matrix. Forget gates
 * begin at bias 1, which lets memories last from the start (Jozefowicz et al. 2015).
 */
function weighGates(inputs: number, units: number): LayerTensor[] {
  const gates = 4;
  const biases = Array.from({ length: gates * units }, (_, index) =>
    index >= units && index < 2 * units ? 1 : 0,
  );
  return [
    { part: 'kernel', shape: [inputs, gates * units], initialValue: null, gates },
    { part: 'recurrentKernel', shape: [units, gates * units], initialValue: null, gates },
    { part: 'bias', shape: [gates * units], initialValue: biases },
  ];
}
