// Shape of the network that a policy needs in an environment.
import { placeLayers } from '../network/layer-shapes.ts';
import type { NetworkSpec } from '../network/network-spec.ts';
import { countElements } from '../network/shape.ts';
import type { PolicySpec } from './policy-spec.ts';
import type { NetworkShape, PolicyTensor } from '../network/parameter-layout.ts';
import { flatSize, listChoices, type ActionSpace, type BoxSpace } from '../spaces/space.ts';

/** Inputs that determine the shape of a policy's network, beside its environment. */
export interface PolicyDescription {
  /** Whether the network also estimates values. */
  readonly hasCritic: boolean;
  readonly network: NetworkSpec;
  readonly policy: PolicySpec;
  readonly normalizeObservations: boolean;
  readonly normalizeRewards: boolean;
}

/** The parts of an environment that determine the shape of a policy. */
export interface EnvironmentSpaces {
  readonly observationSpace: BoxSpace;
  readonly actionSpace: ActionSpace;
}

/** Name of a Gaussian policy's own parameters in the layout. */
export const logStandardDeviationName = 'logStandardDeviation';

export function describePolicyNetwork(
  description: PolicyDescription,
  spaces: EnvironmentSpaces,
): NetworkShape {
  const { hasCritic, network, normalizeObservations, normalizeRewards } = description;
  return {
    network,
    observationShape: spaces.observationSpace.shape,
    ...describePolicyOutputs(description, spaces),
    hasCritic,
    normalizeObservations,
    normalizeRewards,
  };
}

function describePolicyOutputs(
  { network, policy }: PolicyDescription,
  { observationSpace, actionSpace }: EnvironmentSpaces,
): Pick<NetworkShape, 'policyOutputs' | 'policyTensors' | 'policyReadsFeatures' | 'criticActionSize'> {
  const actionSize = flatSize(actionSpace);
  switch (policy.type) {
    case 'categorical':
    case 'multiCategorical':
      return { policyOutputs: countAlternatives(actionSpace) };
    case 'gaussian':
      return {
        policyOutputs: actionSize,
        policyTensors: [describeDeviations([actionSize], policy)],
      };
    case 'gaussianStateDependent':
      return { policyOutputs: 2 * actionSize };
    case 'gsde': {
      const features =
        network.modelDescription?.features ??
        countElements(
          placeLayers(observationSpace.shape, network.layers).at(-1)?.outputShape ?? observationSpace.shape,
        );
      return {
        policyOutputs: actionSize,
        policyTensors: [describeDeviations([features, actionSize], policy)],
        policyReadsFeatures: true,
      };
    }
    case 'deterministic':
      return { policyOutputs: actionSize, criticActionSize: actionSize };
  }
}

function describeDeviations(
  shape: readonly number[],
  {
    initialLogStandardDeviation,
    minimumStandardDeviation,
  }: { readonly initialLogStandardDeviation: number; readonly minimumStandardDeviation: number },
): PolicyTensor {
  const minimum = Math.log(minimumStandardDeviation);
  return {
    name: logStandardDeviationName,
    shape,
    initialValue: Math.max(initialLogStandardDeviation, minimum),
    minimum,
  };
}

/** Number of alternatives of each choice of a discrete action space. */
export function listAlternatives(actionSpace: ActionSpace): readonly number[] {
  if (actionSpace.type === 'box') throw new RangeError('a box has no alternatives to choose from');
  return listChoices(actionSpace);
}

function countAlternatives(actionSpace: ActionSpace): number {
  return listAlternatives(actionSpace).reduce((sum, count) => sum + count, 0);
}
