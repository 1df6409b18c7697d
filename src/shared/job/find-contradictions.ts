// What each field of a job alone allows and what cannot be trained together.
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { wrapEnvironment } from '../environments/wrappers/wrap-environment.ts';
import type { InputIssue } from '../errors/app-error.ts';
import { findMisfit } from '../network/layer-shapes.ts';
import type { NetworkSpec } from '../network/network-spec.ts';
import { hasRecurrentLayer } from '../network/recurrent-layers.ts';
import type { PolicySpec } from '../policy/policy-spec.ts';
import type { ActionSpace } from '../spaces/space.ts';
import { estimateWorkerMemory, maxWorkerMemoryBytes } from './estimate-worker-memory.ts';
import { findDdpgContradictions } from './find-ddpg-contradictions.ts';
import { findPpoContradictions } from './find-ppo-contradictions.ts';
import type { JobSpec } from './job-spec.ts';

const policiesBySpace: Readonly<Record<ActionSpace['type'], readonly PolicySpec['type'][]>> = {
  discrete: ['categorical'],
  multiDiscrete: ['multiCategorical'],
  box: ['gaussian', 'gaussianStateDependent', 'gsde'],
};

/** The policies that fit an action space; the first is what a job gets that asks for none. */
export function listFittingPolicies({ type }: ActionSpace): readonly PolicySpec['type'][] {
  return policiesBySpace[type];
}

/** Every reason why a spec cannot be trained in an environment, here without the spec's wrappers; none where it can. */
export function findContradictions(spec: JobSpec, environment: EnvironmentDefinition): InputIssue[] {
  const definition = wrapEnvironment(environment, spec.wrappers);
  const issues = [
    ...findNetworkContradictions(spec, definition),
    ...findPolicyContradictions(spec, definition),
    ...findPpoContradictions(spec),
    ...findDdpgContradictions(spec, definition),
    ...findRolloutContradictions(spec, definition),
    ...findLimitContradictions(spec),
  ];
  return issues.length > 0 ? issues : findMemoryExcess(spec, definition);
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

/** Layers that cannot take what the observation or the layers before them give. */
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
  // It has a policy of its own kind, which its own rules are about.
  if (algorithm === 'ddpg') return [];
  const fitting = listFittingPolicies(definition.actionSpace);
  if (fitting.includes(policy.type)) return [];
  const message = `${definition.id} has ${definition.actionSpace.type} actions; they need a policy of type ${fitting.join(' or ')}`;
  return [{ path: 'policy.type', message }];
}

function findRolloutContradictions(spec: JobSpec, definition: EnvironmentDefinition): InputIssue[] {
  const issues: InputIssue[] = [];
  const { algorithm, rolloutEpisodes, environmentsPerWorker, gaeLambda } = spec;
  if (rolloutEpisodes !== null && environmentsPerWorker !== 1) {
    issues.push({
      path: 'environmentsPerWorker',
      message: 'updates after whole episodes need environmentsPerWorker: 1, since episodes differ in length',
    });
  }
  if (algorithm === 'actor-critic' && gaeLambda !== 0) {
    issues.push({ path: 'gaeLambda', message: 'actor-critic learns from single steps: gaeLambda is 0' });
  }
  if (algorithm === 'actor-critic' && hasRecurrentLayer(spec.network)) {
    issues.push({
      path: 'network.layers',
      message: 'actor-critic learns from single steps, and an lstm layer from how they follow each other',
    });
  }
  if (algorithm === 'reinforce') issues.push(...findPartialEpisodes(spec, definition));
  return issues;
}

function findPartialEpisodes(
  { rolloutEpisodes: episodes, rolloutLength }: JobSpec,
  { id, maxEpisodeSteps: limit }: EnvironmentDefinition,
): InputIssue[] {
  if (episodes === null) {
    return [{ path: 'rolloutEpisodes', message: 'reinforce learns from whole episodes: give their number' }];
  }
  if (limit === null) {
    return [{ path: 'algorithm', message: `reinforce needs episodes that end, and ${id} has no time limit` }];
  }
  if (rolloutLength >= episodes * limit) return [];
  return [
    {
      path: 'rolloutLength',
      message: `${episodes} whole episodes of ${id} can take ${episodes * limit} steps; reinforce needs room for them all`,
    },
  ];
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
    issues.push({ path: 'finalMaxGradientNorm', message: 'there is no maxGradientNorm for it to begin at' });
  }
  return issues;
}

function findMemoryExcess(spec: JobSpec, definition: EnvironmentDefinition): InputIssue[] {
  const { networkBytes, rolloutBytes, replayBytes } = estimateWorkerMemory(spec, definition);
  if (networkBytes + rolloutBytes + replayBytes <= maxWorkerMemoryBytes) return [];
  const gibibytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  const largest = Math.max(networkBytes, rolloutBytes, replayBytes);
  const replay = replayBytes > 0 ? `, ${gibibytes(replayBytes)} GiB for ddpg.replaySize transitions` : '';
  return [
    {
      path:
        largest === replayBytes ? 'ddpg.replaySize' : largest === networkBytes ? 'network' : 'rolloutLength',
      message:
        `a worker would need ${gibibytes(networkBytes)} GiB for its network${replay} and ${gibibytes(rolloutBytes)} GiB for a ` +
        `rollout of rolloutLength × environmentsPerWorker steps; ${gibibytes(maxWorkerMemoryBytes)} GiB is the limit`,
    },
  ];
}
