// What remains of a preset where a request changes what its rates were tuned for.
import type { AlgorithmTraits } from '../algorithms/algorithm-record.ts';
import { networkSpecSchema } from '../network/network-spec.ts';
import { jobDefaults } from './job-defaults.ts';
import type { JobRequest } from './job-spec.ts';
import type { Preset } from './preset.ts';

/**
 * Settings that learn with networks of any kind: observations and returns are of unit scale, so neither the value loss
 * nor the policy's outweighs the other in what they share, and one learning rate serves all.
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

/** What a preset's rates were tuned with, beside its network and the type of its optimizer. */
const tuningFields = ['environmentsPerWorker', 'rolloutLength', 'discount'] as const;

/**
 * A preset's settings for a request. A learning rate, a weight of the value loss and a limit of the gradient hold for
 * the network, optimizer, discount and rollouts they were tuned with; where the request has others, settings that hold
 * for any take their place.
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
  // A weight that suits scaled returns suits no others.
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

/** The network of a job. Layers that a request names are those of both towers, whatever the preset has for the value's. */
export function mergeNetwork(
  tuned: JobRequest['network'],
  requested: JobRequest['network'],
): NonNullable<JobRequest['network']> {
  const { valueLayers, ...others } = tuned ?? {};
  const areLayersNew = requested?.shared === true || requested?.layers !== undefined;
  return {
    ...jobDefaults.network,
    ...others,
    ...(!areLayersNew && valueLayers && { valueLayers }),
    ...requested,
  };
}

/** The network as text that is equal for equal ones; what is wrong about it is for the check of the whole job to say. */
function describeNetwork(
  tuned: JobRequest['network'],
  requested?: JobRequest['network'],
): string | undefined {
  const network = networkSpecSchema.safeParse(mergeNetwork(tuned, requested));
  return network.success ? JSON.stringify(network.data) : undefined;
}
