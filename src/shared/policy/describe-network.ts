// The shape of the network that a policy needs in an environment.
import type { NetworkSpec } from '../network/network-spec.ts';
import type { NetworkShape, PolicyTensor } from '../parameters/parameter-layout.ts';
import { flatSize, type ActionSpace, type BoxSpace } from '../spaces/space.ts';
import type { PolicySpec } from './policy-spec.ts';

/** The parts of a job that shape a policy. */
export interface PolicyDescription {
  readonly network: NetworkSpec;
  readonly policy: PolicySpec;
}

/** The parts of an environment that shape a policy. */
export interface EnvironmentSpaces {
  readonly observationSpace: BoxSpace;
  readonly actionSpace: ActionSpace;
}

/** Name of a Gaussian's own parameters in the layout. */
export const logStandardDeviationName = 'logStandardDeviation';

export function describeNetwork(
  { network, policy }: PolicyDescription,
  { observationSpace, actionSpace }: EnvironmentSpaces,
): NetworkShape {
  const { shape: observationShape } = observationSpace;
  const actionSize = flatSize(actionSpace);
  switch (policy.type) {
    case 'categorical':
    case 'multiCategorical':
      return { network, observationShape, policyOutputs: countAlternatives(actionSpace) };
    case 'gaussian': {
      const { initialLogStandardDeviation: initialValue } = policy;
      const policyTensors: PolicyTensor[] = [
        { name: logStandardDeviationName, shape: [actionSize], initialValue },
      ];
      return { network, observationShape, policyOutputs: actionSize, policyTensors };
    }
    case 'gaussianStateDependent':
      return { network, observationShape, policyOutputs: 2 * actionSize };
  }
}

/** Alternatives of each choice of a discrete action space. */
export function listAlternatives(actionSpace: ActionSpace): readonly number[] {
  switch (actionSpace.type) {
    case 'discrete':
      return [actionSpace.n];
    case 'multiDiscrete':
      return actionSpace.n;
    case 'box':
      throw new RangeError('a box has no alternatives to choose from');
  }
}

function countAlternatives(actionSpace: ActionSpace): number {
  return listAlternatives(actionSpace).reduce((sum, count) => sum + count, 0);
}
