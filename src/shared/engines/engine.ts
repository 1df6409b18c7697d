// Engine: computes networks. It creates models over flat Float32Array parameters; how it computes and where it stores
// its numbers is internal.
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
  /** Size of one observation. */
  readonly observationSize: number;
  /** Number of rows of observations, actions and values. */
  readonly capacity: number;
  /** Maximum number of rows of a loss, from the first row on. */
  readonly lossRows: number;
  /** Number of environments acted for at once; each has its own recurrent state and lasting noise. */
  readonly environments: number;
  /** Random source of the actions. */
  readonly random: Random;
}

export interface DeterministicModelOptions {
  readonly shape: NetworkShape;
  readonly policy: DeterministicPolicySpec;
  readonly spaces: EnvironmentSpaces;
  readonly actionSpace: BoxSpace;
  /** Size of one observation. */
  readonly observationSize: number;
  /** Number of rows to act on. */
  readonly capacity: number;
  /** Number of rows to learn from at once. */
  readonly batchSize: number;
  readonly settings: DeterministicSettings;
}

/** Options of a model that only acts. */
export type PolicyModelOptions = Pick<
  ActorCriticModelOptions,
  'shape' | 'policy' | 'spaces' | 'hasActionMask' | 'observationSize'
> & {
  /** Number of rows acted on at once. */
  readonly rows: number;
  /** Whether `sample` will be called: it needs memory for random numbers. Default: false. */
  readonly samples?: boolean;
};

export interface ParameterOptimizerOptions {
  readonly layout: ParameterLayout;
  readonly optimizer: OptimizerSpec;
}

export interface Engine {
  readonly name: string;
  /** What the engine runs on, e.g. `simd`. */
  readonly backend: string;
  createActorCritic(options: ActorCriticModelOptions): ActorCriticModel;
  createDeterministic(options: DeterministicModelOptions): DeterministicModel;
  createPolicy(options: PolicyModelOptions): PolicyModel;
  createOptimizer(options: ParameterOptimizerOptions): ParameterOptimizer;
  /** Releases what the engine holds outside of JavaScript's memory; its models must not be used afterwards. */
  close(): void;
}
