// Chooses the policy that a job's spec and action space ask for.
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { ActorCriticNetwork } from '../network/actor-critic-network.ts';
import { flatSize } from '../spaces/space.ts';
import { createCategoricalPolicy } from './categorical-policy.ts';
import { listAlternatives, logStandardDeviationName, type EnvironmentSpaces } from './describe-network.ts';
import { createGaussianPolicy } from './gaussian-policy.ts';
import { createGaussianStateDependentPolicy } from './gaussian-state-dependent-policy.ts';
import type { Policy } from './policy.ts';
import type { PolicySpec } from './policy-spec.ts';

export interface PolicyOptions {
  readonly spec: PolicySpec;
  readonly spaces: EnvironmentSpaces;
  readonly hasMask: boolean;
  /** The network whose outputs parametrize the policy. */
  readonly network: ActorCriticNetwork;
  /** Rows of outputs. */
  readonly capacity: number;
}

const FLOAT_BYTES = 4;

export function createPolicy(plan: KernelMemoryPlan, options: PolicyOptions): Policy {
  const { spec, spaces, hasMask, network, capacity } = options;
  const { actionSpace } = spaces;
  const rows = { outputs: network.policyOutputs, outputGradient: network.policyGradient, capacity };
  switch (spec.type) {
    case 'categorical':
    case 'multiCategorical':
      return createCategoricalPolicy(plan, listAlternatives(actionSpace), { ...rows, hasMask });
    case 'gaussian': {
      const tensor = network.layout.tensors.find(({ name }) => name === logStandardDeviationName);
      if (!tensor) throw new RangeError('the layout has no standard deviations');
      const offset = tensor.offset * FLOAT_BYTES;
      return createGaussianPolicy(plan, flatSize(actionSpace), {
        ...rows,
        logStandardDeviations: network.parameters + offset,
        logStandardDeviationGradient: network.gradient + offset,
      });
    }
    case 'gaussianStateDependent':
      return createGaussianStateDependentPolicy(plan, flatSize(actionSpace), {
        ...rows,
        minimumStandardDeviation: spec.minimumStandardDeviation,
      });
  }
}
