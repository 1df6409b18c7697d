// What an actor asks of an algorithm: choose actions while the rollout runs, then learn from it.
import type { Engine } from '../../shared/engines/engine.ts';
import type { ModelState } from '../../shared/engines/model-state.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { NetworkShape } from '../../shared/network/parameter-layout.ts';
import type { GradientCoverage } from '../../shared/protocol/gradient-buffer.ts';
import type { Random } from '../../shared/random/random.ts';
import type { Rollout } from '../rollout.ts';
import type { GradientExchange } from './gradient-exchange.ts';

/** What an algorithm is made from. */
export interface AlgorithmOptions {
  readonly spec: JobSpec;
  /** With the job's wrappers. */
  readonly definition: EnvironmentDefinition;
  readonly network: NetworkShape;
  /** Source of its randomness, e.g. of actions. */
  readonly random: Random;
  readonly engine: Engine;
}

export interface Algorithm {
  readonly rollout: Rollout;
  /** Where the newest parameters are copied to. */
  readonly parameters: Float32Array;
  /** The gradient that `exchange.send` takes. */
  readonly gradient: Float32Array;
  /** Which parameters that gradient is for; everything where this is absent. */
  readonly coverage?: GradientCoverage;
  /** What normalization merges of the last rollout; empty where nothing is normalized. */
  readonly moments: Float64Array;
  /** Called before the first step of each rollout; `progress` is the share of the job's steps that is done. */
  beginRollout(areParametersNew: boolean, progress: number): void;
  /** Fills the actions of step `step` from its observations. */
  chooseActions(step: number): void;
  /**
   * Learns from the rollout that is over: computes gradients and sends each by `exchange`, with newer parameters in
   * between if it wants them. False when the worker is to stop.
   */
  learn(exchange: GradientExchange): boolean | Promise<boolean>;
  /** What it remembers between two rollouts, for one that goes on from there; a copy. */
  getState(): ModelState;
  /** Throws where the state is not one of this algorithm's. */
  setState(state: ModelState): void;
}
