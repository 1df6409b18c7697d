// Table of the algorithms' implementations in a worker.
import type { AlgorithmName } from '../../shared/algorithms/algorithms.ts';
import { AdvantageActorCritic } from './advantage-actor-critic/advantage-actor-critic.ts';
import type { Algorithm, AlgorithmOptions } from './algorithm.ts';
import { DeepDeterministicPolicyGradient } from './ddpg/deep-deterministic-policy-gradient.ts';
import { ProximalPolicyOptimization } from './ppo/proximal-policy-optimization.ts';
import { RandomBaseline } from './random/random-baseline.ts';

type Create = new (options: AlgorithmOptions) => Algorithm;

/** The first four differ only in their settings and in when the master applies a gradient. */
const byName: Readonly<Record<AlgorithmName, Create>> = {
  a3c: AdvantageActorCritic,
  a2c: AdvantageActorCritic,
  reinforce: AdvantageActorCritic,
  'actor-critic': AdvantageActorCritic,
  ppo: ProximalPolicyOptimization,
  ddpg: DeepDeterministicPolicyGradient,
  random: RandomBaseline,
};

/** Creates the algorithm that the spec names. */
export function createAlgorithm(options: AlgorithmOptions): Algorithm {
  return new byName[options.spec.algorithm](options);
}
