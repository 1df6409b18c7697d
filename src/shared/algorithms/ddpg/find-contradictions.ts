// What a ddpg job may not combine.
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
    const message = `ddpg needs continuous actions, and ${id} has ${actionSpace.type} ones; use a3c or a2c`;
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
    const message = 'the critic of ddpg reads actions too and shares no trunk; set network.shared to false';
    return [{ path: 'network.shared', message }];
  }
  const issues: InputIssue[] = [];
  const misfit = layers.findIndex((layer) => findDescriptor(layer).isRecurrent);
  if (misfit >= 0) {
    const message = 'ddpg replays single steps, which hold nothing for a layer with memory';
    issues.push({ path: `network.layers.${misfit}`, message });
  }
  if (!(valueLayers ?? layers).every((layer) => findDescriptor(layer).flattensObservation)) {
    const message = 'the critic of ddpg reads an observation and an action as one row: give it dense layers';
    issues.push({ path: 'network.valueLayers', message });
  }
  return issues;
}

/** What changes over a job or follows whole episodes has no place among steps that are drawn at random. */
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
    add('normalizeObservations', 'ddpg replays observations as they were seen; set it to false');
  }
  if (spec.normalizeRewards) {
    add('normalizeRewards', 'ddpg replays rewards as they were paid; set it to false');
  }
  return issues;
}

function findActionContradictions(
  { policy, environment }: JobFields,
  { invertGradients }: DdpgSpec,
  actionSpace: BoxSpace,
): InputIssue[] {
  if (policy.type !== 'deterministic') {
    const message = 'ddpg trains a policy of type deterministic; the others are for a3c and a2c';
    return [{ path: 'policy.type', message }];
  }
  const isTanh = policy.outputActivation === 'tanh';
  const issues: InputIssue[] = [];
  if (isTanh && !isBounded(actionSpace)) {
    issues.push({
      path: 'policy.outputActivation',
      message: `actions of ${environment} have no bounds for tanh to fill; use linear`,
    });
  }
  if (invertGradients && !isBounded(actionSpace)) {
    issues.push({
      path: 'ddpg.invertGradients',
      message: `actions of ${environment} have no bounds to invert gradients at; set it to false`,
    });
  } else if (invertGradients && isTanh) {
    issues.push({
      path: 'ddpg.invertGradients',
      message: 'tanh keeps actions inside already; set it to false, or policy.outputActivation to linear',
    });
  }
  return issues;
}
