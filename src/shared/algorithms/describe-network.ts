// Shape of the network that a job trains.
import type { NetworkShape } from '../network/parameter-layout.ts';
import {
  describePolicyNetwork,
  type EnvironmentSpaces,
  type PolicyDescription,
} from '../policy/describe-network.ts';
import { findAlgorithm } from './algorithms.ts';

/** The parts of a job that determine the shape of its network. */
export interface NetworkDescription extends Omit<PolicyDescription, 'hasCritic'> {
  readonly algorithm: string;
}

export function describeNetwork(description: NetworkDescription, spaces: EnvironmentSpaces): NetworkShape {
  const { hasCritic } = findAlgorithm(description.algorithm).traits;
  return describePolicyNetwork({ ...description, hasCritic }, spaces);
}
