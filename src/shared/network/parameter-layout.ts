// Owns the order of a job's parameters: one flat Float32Array of named tensors with tfjs shapes, actor first.
import { placeLayers } from './layer-shapes.ts';
import { dense } from './layers/dense.ts';
import type { LayerTensor, TensorDescription } from './layers/layer-descriptor.ts';
import { findDescriptor } from './layers/layer-descriptors.ts';
import type { Layer } from './layers/layer-spec.ts';
import type { NetworkSpec } from './network-spec.ts';
import { countElements, type Shape } from './shape.ts';

/** One named tensor inside the flat parameter array, row by row. */
export interface ParameterTensor extends TensorDescription {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
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
    for (const { layer, index, inputShape: taken } of placed)
      appendAll(`${prefix}/${index}`, findDescriptor(layer).listTensors(layer, taken));
    return countElements(placed.at(-1)?.outputShape ?? inputShape);
  };

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
