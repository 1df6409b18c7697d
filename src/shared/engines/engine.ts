// What computes networks. An engine makes models over flat Float32Array parameters; what it computes with, and where its
// numbers stand, is its own affair.
import type { OptimizerSpec } from '../optimizers/optimizer-spec.ts';
import type { NetworkShape, ParameterLayout } from '../network/parameter-layout.ts';
import type { PolicySpec } from '../policy/policy-spec.ts';
import type { EnvironmentSpaces } from '../policy/describe-network.ts';
import type { Random } from '../random/random.ts';
import type { DeterministicPolicySpec } from '../policy/policy-spec.ts';
import type { BoxSpace } from '../spaces/space.ts';
import type { ActorCriticModel } from './actor-critic-model.ts';
import type { DeterministicModel, DeterministicSettings } from './deterministic-model.ts';
import type { ParameterOptimizer } from './parameter-optimizer.ts';
import type { PolicyModel } from './policy-model.ts';

export interface ActorCriticModelOptions {
  readonly shape: NetworkShape;
  readonly policy: PolicySpec;
  readonly spaces: EnvironmentSpaces;
  readonly hasActionMask: boolean;
  /** Numbers of one observation. */
  readonly observationSize: number;
  /** Rows of observations, actions and values. */
  readonly capacity: number;
  /** Rows that a loss may have: the first of them. */
  readonly lossRows: number;
  /** Environments acted for at once; each carries states of recurrent layers and noise that lasts. */
  readonly environments: number;
  /** Source of the actions' randomness. */
  readonly random: Random;
}

export interface DeterministicModelOptions {
  readonly shape: NetworkShape;
  readonly policy: DeterministicPolicySpec;
  readonly spaces: EnvironmentSpaces;
  readonly actionSpace: BoxSpace;
  /** Numbers of one observation. */
  readonly observationSize: number;
  /** Rows to act on. */
  readonly capacity: number;
  /** Rows to learn from at once. */
  readonly batchSize: number;
  readonly settings: DeterministicSettings;
}

/** What acts greedily in rows of observations. */
export type PolicyModelOptions = Pick<
  ActorCriticModelOptions,
  'shape' | 'policy' | 'spaces' | 'hasActionMask' | 'observationSize'
> & {
  /** Rows acted on at once. */
  readonly rows: number;
};

export interface ParameterOptimizerOptions {
  readonly layout: ParameterLayout;
  readonly optimizer: OptimizerSpec;
}

export interface Engine {
  readonly name: string;
  /** What it runs on, e.g. `simd`. */
  readonly backend: string;
  createActorCritic(options: ActorCriticModelOptions): ActorCriticModel;
  createDeterministic(options: DeterministicModelOptions): DeterministicModel;
  createPolicy(options: PolicyModelOptions): PolicyModel;
  createOptimizer(options: ParameterOptimizerOptions): ParameterOptimizer;
}
