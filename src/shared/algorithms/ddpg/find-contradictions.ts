// Contradictions in a ddpg job.
import type { EnvironmentDefinition } from '../../environments/environment.ts';
import type { InputIssue } from '../../errors/app-error.ts';
import type { JobFields } from '../../job-fields/job-fields.ts';
import { findDescriptor } from '../../network/layers/layer-descriptors.ts';
import { isBounded, type BoxSpace } from '../../spaces/space.ts';
import type { DdpgSpec } from './ddpg-spec.ts';

export function findDdpgContradictions(
  job: JobFields,
  settings: DdpgSpec,
  { id, actionSpace }: EnvironmentDefinition,
): InputIssue[] {
  if (actionSpace.type !== 'box') {
    const message = `ddpg needs continuous actions, but ${id} has ${actionSpace.type} actions; use a3c or a2c`;
    return [{ path: 'algorithm', message }];
  }
  return [
    ...findNetworkContradictions(job),
    ...findActionContradictions(job, settings, actionSpace),
    ...findReplayContradictions(job, settings),
  ];
}

function findNetworkContradictions({ network }: JobFields): InputIssue[] {
  const { shared, layers, valueLayers } = network;
  if (shared) {
    const message =
      'the critic of ddpg also reads actions, so it cannot share a trunk; set network.shared to false';
    return [{ path: 'network.shared', message }];
  }
  const issues: InputIssue[] = [];
  const misfit = layers.findIndex((layer) => findDescriptor(layer).isRecurrent);
  if (misfit >= 0) {
    const message = 'ddpg replays single steps, so it cannot train layers with memory';
    issues.push({ path: `network.layers.${misfit}`, message });
  }
  if (!(valueLayers ?? layers).every((layer) => findDescriptor(layer).flattensObservation)) {
    const message = 'the critic of ddpg reads observation and action as one row, so its layers must be dense';
    issues.push({ path: 'network.valueLayers', message });
  }
  return issues;
}

/** Normalization and whole episodes do not fit single steps that are drawn at random. */
function findReplayContradictions(spec: JobFields, { batchSize, replaySize }: DdpgSpec): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (path: string, message: string): void => {
    issues.push({ path, message });
  };
  if (batchSize > replaySize) {
    add('ddpg.batchSize', `a batch cannot be larger than ddpg.replaySize, ${replaySize}`);
  }
  if (spec.rolloutEpisodes !== null) {
    add('rolloutEpisodes', 'ddpg learns from single steps; leave it out and set rolloutLength');
  }
  if (spec.normalizeObservations) {
    add('normalizeObservations', 'ddpg replays original observations; set it to false');
  }
  if (spec.normalizeRewards) {
    add('normalizeRewards', 'ddpg replays original rewards; set it to false');
  }
  return issues;
}

function findActionContradictions(
  { policy, environment }: JobFields,
  { invertGradients }: DdpgSpec,
  actionSpace: BoxSpace,
): InputIssue[] {
  if (policy.type !== 'deterministic') {
    const message = 'ddpg needs a policy of type deterministic; the other types are for a3c and a2c';
    return [{ path: 'policy.type', message }];
  }
  const isTanh = policy.outputActivation === 'tanh';
  const issues: InputIssue[] = [];
  if (isTanh && !isBounded(actionSpace)) {
    issues.push({
      path: 'policy.outputActivation',
      message: `tanh needs bounded actions, but those of ${environment} are unbounded; use linear`,
    });
  }
  if (invertGradients && !isBounded(actionSpace)) {
    issues.push({
      path: 'ddpg.invertGradients',
      message: `inverting gradients needs bounded actions, but those of ${environment} are unbounded; set it to false`,
    });
  } else if (invertGradients && isTanh) {
    issues.push({
      path: 'ddpg.invertGradients',
      message:
        'tanh already keeps actions within their bounds; set it to false, or policy.outputActivation to linear',
    });
  }
  return issues;
}
