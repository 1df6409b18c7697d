// Chooses the policy that a job's spec and action space ask for.
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import { flatSize, type Space } from '../spaces/space.ts';
import { createCategoricalPolicy } from './categorical-policy.ts';
import type { Policy, PolicyPlacement } from './policy.ts';
import type { PolicySpec } from './policy-spec.ts';

/** Outputs the policy head needs for an action space. */
export function countPolicyOutputs(spec: PolicySpec, actionSpace: Space): number {
  switch (spec.type) {
    case 'categorical':
      return actionSpace.type === 'discrete' ? actionSpace.n : flatSize(actionSpace);
  }
}

export function createPolicy(
  plan: KernelMemoryPlan,
  { spec, actionSpace }: { readonly spec: PolicySpec; readonly actionSpace: Space },
  placement: PolicyPlacement,
): Policy {
  switch (spec.type) {
    case 'categorical':
      return createCategoricalPolicy(plan, countPolicyOutputs(spec, actionSpace), placement);
  }
}
