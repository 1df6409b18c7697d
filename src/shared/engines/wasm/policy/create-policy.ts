// Policy factory: creates the policy for a job's spec and action space.
import { offsetBy } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { PolicyNetwork } from '../network/memory-network.ts';
import { findTensor } from '../../../network/parameter-layout.ts';
import { flatSize } from '../../../spaces/space.ts';
import { createCategoricalPolicy } from './categorical-policy.ts';
import {
  listAlternatives,
  logStandardDeviationName,
  type EnvironmentSpaces,
} from '../../../policy/describe-network.ts';
import { createDeterministicPolicy } from './deterministic-policy.ts';
import { createGaussianPolicy } from './gaussian-policy.ts';
import { createGaussianStateDependentPolicy } from './gaussian-state-dependent-policy.ts';
import { createGsdePolicy } from './gsde-policy.ts';
import type { DeviationPlacement, Policy } from './policy.ts';
import type { PolicySpec } from '../../../policy/policy-spec.ts';

export interface PolicyOptions {
  readonly spec: PolicySpec;
  readonly spaces: EnvironmentSpaces;
  readonly hasMask: boolean;
  /** The network whose outputs parametrize the policy. */
  readonly network: PolicyNetwork;
  /** Number of rows of outputs. */
  readonly capacity: number;
  /** Number of environments stepped at once if actions are sampled; 0 if only the mode is used. */
  readonly environments: number;
}

function locateDeviations({
  layout,
  parameters,
  gradient,
}: PolicyNetwork): DeviationPlacement & { readonly size: number } {
  const tensor = findTensor(layout, logStandardDeviationName);
  if (!tensor) throw new RangeError('the layout has no standard deviations');
  return {
    logStandardDeviations: offsetBy(parameters, tensor.offset),
    logStandardDeviationGradient: offsetBy(gradient, tensor.offset),
    size: tensor.size,
  };
}

export function createPolicy(plan: KernelMemoryPlan, options: PolicyOptions): Policy {
  const { spec, spaces, hasMask, network, capacity } = options;
  const { actionSpace } = spaces;
  const rows = { outputs: network.policyOutputs, outputGradient: network.policyGradient, capacity };
  switch (spec.type) {
    case 'categorical':
    case 'multiCategorical':
      return createCategoricalPolicy(plan, listAlternatives(actionSpace), { ...rows, hasMask });
    case 'gaussian':
      return createGaussianPolicy(plan, flatSize(actionSpace), { ...rows, ...locateDeviations(network) });
    case 'gsde': {
      const placement = locateDeviations(network);
      const size = flatSize(actionSpace);
      return createGsdePolicy(plan, size, {
        ...rows,
        ...placement,
        features: network.policyFeatures,
        featureSize: placement.size / size,
        environments: options.environments,
        stepsPerDraw: spec.stepsPerDraw,
      });
    }
    case 'gaussianStateDependent':
      return createGaussianStateDependentPolicy(plan, flatSize(actionSpace), {
        ...rows,
        minimumStandardDeviation: spec.minimumStandardDeviation,
      });
    case 'deterministic':
      if (actionSpace.type !== 'box') throw new RangeError('a deterministic policy needs a box of actions');
      return createDeterministicPolicy(plan, spec, actionSpace, rows);
  }
}
