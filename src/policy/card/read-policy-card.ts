// Reader of the parts of a model card that acting needs, without schemas. A test compares it with the card's schema.
import type { Activation } from '../../shared/network/layers/activation.ts';
import type { Layer } from '../../shared/network/layers/layer-spec.ts';
import type { NetworkSpec } from '../../shared/network/network-spec.ts';
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import type { PolicySpec } from '../../shared/policy/policy-spec.ts';
import type { ActionSpace, BoxSpace } from '../../shared/spaces/space.ts';
import type { JsonPart } from '../../shared/model-format/json-part.ts';

export interface PolicyCard {
  /** Id of the environment that the model was trained in. */
  readonly environment: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: ActionSpace;
  /** Whether actions were masked in training; null if the card is older than this field. */
  readonly hasActionMask: boolean | null;
  /** Number of training steps behind the weights; null if the card does not say. */
  readonly trainingSteps: number | null;
  readonly network: NetworkSpec;
  /** Whether the network is a topology of TensorFlow.js in place of layers; `network` then has none. */
  readonly hasTopology: boolean;
  readonly policy: PolicySpec;
  readonly normalizeObservations: boolean;
  readonly normalizeRewards: boolean;
  readonly policyParameters: Readonly<Record<string, number[]>>;
}

const activations: readonly Activation[] = ['relu', 'tanh', 'elu', 'linear'];
const maxLayers = 8;

/** Reads a card; throws InvalidModelError, which names the first wrong field. */
export function readPolicyCard(card: JsonPart): PolicyCard {
  card.field('formatVersion').oneOf([1]);
  const spec = card.field('spec');
  const network = spec.field('network');
  const actionSpace = readActionSpace(card.field('actionSpace'));
  const policy = readPolicy(spec.field('policy'));
  requireFit(policy, actionSpace);
  return {
    environment: card.field('environment').text(),
    observationSpace: readBox(card.field('observationSpace')),
    actionSpace,
    hasActionMask: card.optionalField('hasActionMask')?.boolean() ?? null,
    trainingSteps: card.optionalField('scores')?.optionalField('steps')?.integer(0) ?? null,
    network: readNetwork(network),
    hasTopology: network.optionalField('modelTopology') !== null,
    policy,
    normalizeObservations: spec.optionalField('normalizeObservations')?.boolean() ?? false,
    normalizeRewards: spec.optionalField('normalizeRewards')?.boolean() ?? false,
    policyParameters: Object.fromEntries(
      card
        .field('policyParameters')
        .entries()
        .map(([name, values]) => [name, values.items().map((value) => value.number())]),
    ),
  };
}

function readNetwork(network: JsonPart): NetworkSpec {
  const valueLayers = network.optionalField('valueLayers');
  return {
    shared: network.field('shared').boolean(),
    layers: readLayers(network.field('layers')),
    ...(valueLayers && { valueLayers: readLayers(valueLayers) }),
    initialization: network.field('initialization').oneOf(['orthogonal', 'glorot']),
  };
}

function readLayers(part: JsonPart): Layer[] {
  const layers = part.items();
  if (layers.length > maxLayers)
    throw new InvalidModelError(`the model card has ${layers.length} layers; expected at most ${maxLayers}`);
  return layers.map(readLayer);
}

const layerTypes = ['dense', 'conv2d', 'flatten', 'lstm'] as const;

const layerReaders: Readonly<Record<Layer['type'], (layer: JsonPart) => Layer>> = {
  dense: (layer) => ({
    type: 'dense',
    units: layer.field('units').integer(1, 4096),
    activation: readActivation(layer),
  }),
  conv2d: (layer) => ({
    type: 'conv2d',
    filters: layer.field('filters').integer(1, 1024),
    kernelSize: layer.field('kernelSize').integer(1, 64),
    strides: layer.optionalField('strides')?.integer(1, 64) ?? 1,
    activation: readActivation(layer),
  }),
  flatten: () => ({ type: 'flatten' }),
  lstm: (layer) => ({ type: 'lstm', units: layer.field('units').integer(1, 1024) }),
};

function readLayer(layer: JsonPart): Layer {
  return layerReaders[layer.field('type').oneOf(layerTypes)](layer);
}

function readActivation(layer: JsonPart): Activation {
  return layer.optionalField('activation')?.oneOf(activations) ?? 'relu';
}

/** Settings that only matter in training are read too, because the layout of the parameters is made of all of them. */
function readPolicy(policy: JsonPart): PolicySpec {
  const readInitial = (standard: number): number =>
    policy.optionalField('initialLogStandardDeviation')?.number(-10, 4) ?? standard;
  const readMinimum = (standard: number): number =>
    policy.optionalField('minimumStandardDeviation')?.number(Number.MIN_VALUE, 10) ?? standard;
  const type = policy
    .field('type')
    .oneOf([
      'categorical',
      'multiCategorical',
      'gaussian',
      'gaussianStateDependent',
      'gsde',
      'deterministic',
    ]);
  switch (type) {
    case 'categorical':
    case 'multiCategorical':
      return { type };
    case 'gaussian':
      return {
        type,
        initialLogStandardDeviation: readInitial(0),
        minimumStandardDeviation: readMinimum(0.001),
      };
    case 'gaussianStateDependent':
      return { type, minimumStandardDeviation: readMinimum(0.001) };
    case 'gsde':
      return {
        type,
        initialLogStandardDeviation: readInitial(-2),
        minimumStandardDeviation: readMinimum(0.00001),
        stepsPerDraw: policy.optionalField('stepsPerDraw')?.integer(1, 1_000_000) ?? 16,
      };
    case 'deterministic':
      return {
        type,
        outputActivation: policy.optionalField('outputActivation')?.oneOf(['linear', 'tanh']) ?? 'linear',
      };
  }
}

const spaceOf: Readonly<Record<PolicySpec['type'], ActionSpace['type']>> = {
  categorical: 'discrete',
  multiCategorical: 'multiDiscrete',
  gaussian: 'box',
  gaussianStateDependent: 'box',
  gsde: 'box',
  deterministic: 'box',
};

function requireFit({ type }: PolicySpec, actionSpace: ActionSpace): void {
  if (spaceOf[type] === actionSpace.type) return;
  throw new InvalidModelError(
    `the model card has a ${type} policy and ${actionSpace.type} actions; expected ${spaceOf[type]} actions`,
  );
}

function readActionSpace(space: JsonPart): ActionSpace {
  const type = space.field('type').oneOf(['discrete', 'multiDiscrete', 'box']);
  switch (type) {
    case 'discrete':
      return { type, n: space.field('n').integer(1) };
    case 'multiDiscrete':
      return {
        type,
        n: space
          .field('n')
          .items()
          .map((count) => count.integer(1)),
      };
    case 'box':
      return readBox(space);
  }
}

function readBox(space: JsonPart): BoxSpace {
  const type = space.field('type').oneOf(['box']);
  const shape = space
    .field('shape')
    .items()
    .map((extent) => extent.integer(1));
  const readBounds = (side: 'low' | 'high', unbounded: number): number[] => {
    const bounds = space
      .field(side)
      .items()
      .map((bound) => (bound.value === null ? unbounded : bound.number()));
    const size = shape.reduce((product, extent) => product * extent, 1);
    if (bounds.length !== size)
      throw new InvalidModelError(
        `the model card has ${bounds.length} bounds (${side}) of a box of shape [${shape.join(', ')}]; expected ${size}`,
      );
    return bounds;
  };
  return { type, shape, low: readBounds('low', -Infinity), high: readBounds('high', Infinity) };
}
