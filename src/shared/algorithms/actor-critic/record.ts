// One-step actor-critic: each step is judged only by its reward and the value of the next state.
import type { InputIssue } from '../../errors/app-error.ts';
import type { JobFields } from '../../job-fields/job-fields.ts';
import { hasRecurrentLayer } from '../../network/recurrent-layers.ts';
import { advantageRecord, advantageTraits } from '../advantage-actor-critic.ts';
import type { AlgorithmRecord } from '../algorithm-record.ts';
import { listCriticDimensions, listRolloutDimensions, policyDimensions } from '../dimension.ts';
import { actorCriticPresets } from './presets.ts';

export const actorCritic: AlgorithmRecord<'actor-critic', null> = {
  ...advantageRecord,
  name: 'actor-critic',
  description: 'one-step TD',
  traits: { ...advantageTraits, learnsSequences: false, gaeLambda: 0 },
  presets: actorCriticPresets,
  findContradictions: findSequences,
  listDimensions: (job) => [...policyDimensions, ...listCriticDimensions(job), ...listRolloutDimensions(job)],
};

function findSequences({ gaeLambda, network }: JobFields): InputIssue[] {
  const issues: InputIssue[] = [];
  if (gaeLambda !== 0) {
    issues.push({ path: 'gaeLambda', message: 'actor-critic learns from single steps: gaeLambda must be 0' });
  }
  if (hasRecurrentLayer(network)) {
    issues.push({
      path: network.modelDescription ? 'network.modelTopology' : 'network.layers',
      message:
        'actor-critic learns from single steps, but a network with memory learns from sequences of steps',
    });
  }
  return issues;
}
