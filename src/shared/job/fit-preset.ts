// Adaptation of a preset to a request that changes what the preset was tuned with.
import type { AlgorithmTraits } from '../algorithms/algorithm-record.ts';
import { networkSpecSchema } from '../network/network-spec.ts';
import { jobDefaults } from './job-defaults.ts';
import type { JobRequest } from './job-spec.ts';
import type { Preset } from './preset.ts';

/**
 * Settings that learn with any network. Observations and returns have unit scale, so that neither the value loss nor
 * the policy loss dominates in a shared trunk, and one learning rate is enough.
 */
const scaledSettings = {
  normalizeObservations: true,
  normalizeRewards: true,
  valueCoefficient: 0.5,
  maxGradientNorm: 0.5,
} as const;

const scaledOptimizers = {
  adam: { learningRate: 0.003, criticLearningRate: null, beta1: 0.5, epsilon: 1e-5 },
  rmsprop: { learningRate: 0.003, criticLearningRate: null },
} as const;

/** Fields that a preset's learning rates were tuned with, beside the network and the optimizer type. */
const tuningFields = ['environmentsPerWorker', 'rolloutLength', 'discount'] as const;

/**
 * Returns a preset's settings for a request. The learning rate, value coefficient and gradient clipping of a preset
 * fit the network, optimizer, discount and rollouts that they were tuned with. If the request changes one of these,
 * general settings replace them.
 */
export function fitPreset(
  settings: Preset['settings'],
  request: JobRequest,
  { ratesNeedTheirNetwork }: AlgorithmTraits,
): Preset['settings'] {
  if (!ratesNeedTheirNetwork || isAsTuned(settings, request)) return settings;
  const tunedType = settings.optimizer?.type ?? 'adam';
  const type = request.optimizer?.type ?? tunedType;
  const { valueCoefficient, ...scaled } = scaledSettings;
  // A coefficient for scaled returns does not suit other returns.
  const areReturnsScaled = request.normalizeRewards ?? scaled.normalizeRewards;
  return {
    ...settings,
    ...scaled,
    ...(areReturnsScaled && { valueCoefficient }),
    optimizer: { ...(type === tunedType && settings.optimizer), ...scaledOptimizers[type], type },
  };
}

function isAsTuned(settings: Preset['settings'], request: JobRequest): boolean {
  const type = request.optimizer?.type;
  return (
    (type === undefined || type === (settings.optimizer?.type ?? 'adam')) &&
    tuningFields.every(
      (field) => request[field] === undefined || request[field] === (settings[field] ?? jobDefaults[field]),
    ) &&
    describeNetwork(settings.network, request.network) === describeNetwork(settings.network)
  );
}

/**
 * Merges the networks of preset and request. Layers in the request replace those of both towers, even if the preset
 * has value layers.
 */
export function mergeNetwork(
  tuned: JobRequest['network'],
  requested: JobRequest['network'],
): NonNullable<JobRequest['network']> {
  const { valueLayers, ...others } = tuned ?? {};
  // A topology has its own layers.
  if (requested?.modelTopology)
    return {
      ...jobDefaults.network,
      layers: [],
      ...requested,
      shared: requested.modelDescription?.isShared ?? true,
    };
  const areLayersNew = requested?.shared === true || requested?.layers !== undefined;
  return {
    ...jobDefaults.network,
    ...others,
    ...(!areLayersNew && valueLayers && { valueLayers }),
    ...requested,
  };
}

/** The network as text, equal for equal networks. Mistakes in it are found by the check of the whole job. */
function describeNetwork(
  tuned: JobRequest['network'],
  requested?: JobRequest['network'],
): string | undefined {
  const network = networkSpecSchema.safeParse(mergeNetwork(tuned, requested));
  return network.success ? JSON.stringify(network.data) : undefined;
}
