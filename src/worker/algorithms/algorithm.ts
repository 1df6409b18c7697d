// Interface of an algorithm in a worker: it chooses actions during the rollout and learns from it afterwards.
import type { Engine } from '../../shared/engines/engine.ts';
import type { ModelState } from '../../shared/engines/model-state.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { NetworkShape } from '../../shared/network/parameter-layout.ts';
import type { GradientCoverage } from '../../shared/protocol/gradient-buffer.ts';
import type { Random } from '../../shared/random/random.ts';
import type { Rollout } from '../rollout.ts';
import type { GradientExchange } from './gradient-exchange.ts';

export interface AlgorithmOptions {
  readonly spec: JobSpec;
  /** The environment with the job's wrappers. */
  readonly definition: EnvironmentDefinition;
  readonly network: NetworkShape;
  /** Source of the algorithm's randomness, e.g. of its actions. */
  readonly random: Random;
  readonly engine: Engine;
}

/** What was published with the newest parameters. */
export interface TrainingConditions {
  /** Finished fraction of the job's steps. */
  readonly progress: number;
  /** Weight of the entropy bonus, which may be changed while a job trains. */
  readonly entropyCoefficient: number;
}

export interface Algorithm {
  readonly rollout: Rollout;
  /** The newest parameters are copied here. */
  readonly parameters: Float32Array;
  /** The gradient that `exchange.send` takes. */
  readonly gradient: Float32Array;
  /** The parameters that the gradient covers; default: everything. */
  readonly coverage?: GradientCoverage;
  /** Moments of the last rollout for normalization; empty without normalization. */
  readonly moments: Float64Array;
  /** Called before the first step of each rollout. */
  beginRollout(areParametersNew: boolean, conditions: TrainingConditions): void;
  /** Fills the actions of step `step` from its observations. */
  chooseActions(step: number): void;
  /**
   * Learns from the finished rollout: computes gradients, sends each through `exchange`, and may receive newer
   * parameters in between. Returns false if the worker must stop.
   */
  learn(exchange: GradientExchange): boolean | Promise<boolean>;
  /** Copies the state between two rollouts, from which the algorithm can be resumed. */
  getState(): ModelState;
  /** Restores a state; throws if it belongs to another algorithm. */
  setState(state: ModelState): void;
}
