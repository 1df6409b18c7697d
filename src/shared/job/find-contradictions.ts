// Contradictions between the fields of a job, which its schema cannot express.
import { algorithms, findAlgorithm, readSettings } from '../algorithms/algorithms.ts';
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { wrapEnvironment } from '../environments/wrappers/wrap-environment.ts';
import type { InputIssue } from '../errors/app-error.ts';
import { findMisfit } from '../network/layer-shapes.ts';
import type { NetworkSpec } from '../network/network-spec.ts';
import type { PolicySpec } from '../policy/policy-spec.ts';
import type { ActionSpace } from '../spaces/space.ts';
import { findTopologyContradictions } from './find-topology-contradictions.ts';
import { estimateWorkerMemory, maxWorkerMemoryBytes } from './estimate-worker-memory.ts';
import type { JobSpec } from './job-spec.ts';

const policiesBySpace: Readonly<Record<ActionSpace['type'], readonly PolicySpec['type'][]>> = {
  discrete: ['categorical'],
  multiDiscrete: ['multiCategorical'],
  box: ['gaussian', 'gaussianStateDependent', 'gsde'],
};

/** Lists the policies that fit an action space. The first is the default. */
export function listFittingPolicies({ type }: ActionSpace): readonly PolicySpec['type'][] {
  return policiesBySpace[type];
}

/**
 * Lists every reason why a spec cannot be trained in an environment; empty if it can. The environment comes without
 * the spec's wrappers.
 */
export function findContradictions(spec: JobSpec, environment: EnvironmentDefinition): InputIssue[] {
  const definition = wrapEnvironment(environment, spec.wrappers);
  const issues = [
    ...findWrapperContradictions(spec, environment),
    ...findNetworkContradictions(spec, definition),
    ...findPolicyContradictions(spec, definition),
    ...findRolloutContradictions(spec),
    ...findAlgorithmContradictions(spec, definition),
    ...findLimitContradictions(spec),
    ...findWorkerContradictions(spec),
  ];
  if (issues.length > 0) return issues;
  // These describe the whole network, which a contradictory spec does not have.
  if (spec.network.modelTopology) issues.push(...findTopologyContradictions(spec, definition));
  return issues.length > 0 ? issues : findMemoryExcess(spec, definition);
}

function findWrapperContradictions(
  { wrappers: { atari: isAtari, frameStack, actionRepeat } }: JobSpec,
  { id, origin }: EnvironmentDefinition,
): InputIssue[] {
  if (!isAtari) return [];
  const support = origin?.type === 'gymnasium' ? origin.description.atari : 'no';
  const issues: InputIssue[] = [];
  if (support === 'no')
    issues.push({
      path: 'wrappers.atari',
      message: `${id} is no Atari game of Gymnasium, such as gymnasium:ALE/Pong-v5`,
    });
  else if (support !== 'yes')
    issues.push({
      path: 'wrappers.atari',
      message: `needs a Python package; install it for the interpreter of --python: python -m pip install ${support}`,
    });
  if (frameStack > 1)
    issues.push({
      path: 'wrappers.frameStack',
      message:
        'wrappers.atari stacks four frames already; leave frameStack out, or set wrappers.atari to false',
    });
  if (actionRepeat > 1)
    issues.push({
      path: 'wrappers.actionRepeat',
      message:
        'wrappers.atari repeats each action for four frames already; leave actionRepeat out, or set wrappers.atari to false',
    });
  return issues;
}

function findWorkerContradictions({
  workers,
  remoteWorkers,
  algorithm,
  sumRemoteGradients,
  maxStaleness,
}: JobSpec): InputIssue[] {
  const issues: InputIssue[] = [];
  if (remoteWorkers > workers)
    issues.push({ path: 'remoteWorkers', message: `cannot be more than workers, which is ${workers}` });
  if (sumRemoteGradients && findAlgorithm(algorithm).traits.learnsInRounds)
    issues.push({
      path: 'sumRemoteGradients',
      message: `${algorithm} averages the gradients of all workers in their order; leave sumRemoteGradients out`,
    });
  if (maxStaleness !== null && findAlgorithm(algorithm).traits.learnsInRounds)
    issues.push({
      path: 'maxStaleness',
      message: `${algorithm} applies the gradients of all workers together, so none is stale; leave maxStaleness out`,
    });
  return issues;
}

function findNetworkContradictions(spec: JobSpec, definition: EnvironmentDefinition): InputIssue[] {
  const issues: InputIssue[] = [];
  if (spec.network.shared && spec.network.valueLayers) {
    issues.push({
      path: 'network.valueLayers',
      message: 'only separate towers have value layers; set network.shared to false',
    });
  }
  if (spec.network.shared && spec.optimizer.criticLearningRate !== null) {
    issues.push({
      path: 'optimizer.criticLearningRate',
      message: 'a shared trunk has one learning rate; set network.shared to false',
    });
  }
  issues.push(...findMisfittingLayers(spec.network, definition));
  return issues;
}

/** Finds layers that do not fit the observation or the layers before them. */
function findMisfittingLayers(
  { layers, valueLayers = [] }: NetworkSpec,
  { observationSpace }: EnvironmentDefinition,
): InputIssue[] {
  return Object.entries({ layers, valueLayers }).flatMap(([field, tower]) => {
    const misfit = findMisfit(observationSpace.shape, tower);
    return misfit ? [{ path: `network.${field}.${misfit.index}`, message: misfit.reason }] : [];
  });
}

function findPolicyContradictions(
  { algorithm, policy }: JobSpec,
  definition: EnvironmentDefinition,
): InputIssue[] {
  if (findAlgorithm(algorithm).traits.policies === 'own') return [];
  const fitting = listFittingPolicies(definition.actionSpace);
  if (fitting.includes(policy.type)) return [];
  const message = `${definition.id} has ${definition.actionSpace.type} actions; they need a policy of type ${fitting.join(' or ')}`;
  return [{ path: 'policy.type', message }];
}

function findRolloutContradictions({ rolloutEpisodes, environmentsPerWorker }: JobSpec): InputIssue[] {
  if (rolloutEpisodes === null || environmentsPerWorker === 1) return [];
  const message =
    'updates after whole episodes need environmentsPerWorker: 1, since episodes differ in length';
  return [{ path: 'environmentsPerWorker', message }];
}

/** Finds contradictions of the algorithm's own rules, and settings of other algorithms. */
function findAlgorithmContradictions(spec: JobSpec, definition: EnvironmentDefinition): InputIssue[] {
  const foreign = algorithms
    .filter((record) => record.name !== spec.algorithm && readSettings(spec, record) !== null)
    .map(({ name }) => ({
      path: name,
      message: `only algorithm ${name} uses this; leave it out for ${spec.algorithm}`,
    }));
  const record = findAlgorithm(spec.algorithm);
  const settings = readSettings(spec, record);
  if (record.settings !== null && settings === null) {
    const message = `algorithm ${record.name} needs its settings; leave them out for defaults`;
    return [...foreign, { path: record.name, message }];
  }
  return [...foreign, ...record.findContradictions(spec, settings, definition)];
}

function findLimitContradictions({ stop, optimizer, ...spec }: JobSpec): InputIssue[] {
  const issues: InputIssue[] = [];
  const { maxSteps, maxEpisodes, maxSeconds, targetReward } = stop;
  if (maxSteps === null && maxEpisodes === null && maxSeconds === null && targetReward === null) {
    issues.push({ path: 'stop', message: 'a job needs at least one limit' });
  }
  const { finalEntropyCoefficient, finalMaxGradientNorm, maxGradientNorm } = spec;
  if (maxSteps === null) {
    const scheduled = [
      { path: 'optimizer.schedule', isUsed: optimizer.schedule === 'linear' },
      { path: 'finalEntropyCoefficient', isUsed: finalEntropyCoefficient !== null },
      { path: 'finalMaxGradientNorm', isUsed: finalMaxGradientNorm !== null },
    ].filter(({ isUsed }) => isUsed);
    issues.push(...scheduled.map(({ path }) => ({ path, message: 'a linear schedule needs stop.maxSteps' })));
  }
  if (finalMaxGradientNorm !== null && maxGradientNorm === null) {
    issues.push({ path: 'finalMaxGradientNorm', message: 'finalMaxGradientNorm needs maxGradientNorm' });
  }
  return issues;
}

function findMemoryExcess(spec: JobSpec, definition: EnvironmentDefinition): InputIssue[] {
  const { networkBytes, rolloutBytes, replayBytes, replaySize } = estimateWorkerMemory(spec, definition);
  if (networkBytes + rolloutBytes + replayBytes <= maxWorkerMemoryBytes) return [];
  const gibibytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  const largest = Math.max(networkBytes, rolloutBytes, replayBytes);
  const replay = replaySize ? `, ${gibibytes(replayBytes)} GiB for ${replaySize.path} transitions` : '';
  return [
    {
      path:
        replaySize && largest === replayBytes
          ? replaySize.path
          : largest === networkBytes
            ? 'network'
            : 'rolloutLength',
      message:
        `a worker would need ${gibibytes(networkBytes)} GiB for its network${replay} and ${gibibytes(rolloutBytes)} GiB for a ` +
        `rollout of rolloutLength × environmentsPerWorker steps; ${gibibytes(maxWorkerMemoryBytes)} GiB is the limit`,
    },
  ];
}
