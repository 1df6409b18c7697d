// Moments of a rollout for normalization: of its observations, and of the discounted returns so far.
import {
  describeMoments,
  measureMoments,
  momentsLength,
  totalMomentsLength,
} from '../shared/normalization/moments.ts';
import type { JobSpec } from '../shared/job/job-spec.ts';
import { CONTINUES } from '../shared/returns/generalized-advantage.ts';
import { takeFloat64, type ModelState } from '../shared/engines/model-state.ts';
import type { Rollout, RolloutShape } from './rollout.ts';

export class RolloutMoments {
  /** Moments of the observations, then of the returns, then the layers' running statistics; empty without any. */
  readonly moments: Float64Array;
  /** The layers' running statistics, which the model measures. */
  readonly layerStatistics: Float64Array;
  readonly #observations: Float64Array;
  readonly #returnMoments: Float64Array;
  readonly #discount: number;
  /** Discounted sum of the rewards of each environment's episode so far. */
  readonly #discountedReturns: Float64Array;
  readonly #returns: Float32Array;

  constructor(
    spec: JobSpec,
    { environments, observationVariables, actedRows }: RolloutShape,
    runningSize: number,
  ) {
    const shape = describeMoments({ ...spec, observationVariables });
    const length = totalMomentsLength(shape);
    this.moments = new Float64Array(length + runningSize);
    this.layerStatistics = this.moments.subarray(length);
    this.#observations = this.moments.subarray(0, momentsLength(shape.observationVariables));
    this.#returnMoments = this.moments.subarray(this.#observations.length, length);
    this.#discount = spec.discount;
    this.#discountedReturns = new Float64Array(environments);
    this.#returns = new Float32Array(this.#returnMoments.length > 0 ? actedRows : 0);
  }

  /** Measures the acted rows. Call it before rewards are scaled. */
  measure(rollout: Rollout): void {
    const { observationSize, observationVariables: variables } = rollout.shape;
    const rows = rollout.actedRows;
    if (this.#observations.length > 0) {
      const samples = rows * (observationSize / variables);
      measureMoments(rollout.observations, { rows: samples, variables }, this.#observations);
    }
    if (this.#returnMoments.length > 0) {
      this.#followReturns(rollout);
      measureMoments(this.#returns, { rows, variables: 1 }, this.#returnMoments);
    }
  }

  /** Copies the discounted returns of the unfinished episodes. */
  getState(): ModelState {
    return this.#returnMoments.length > 0 ? { discountedReturns: this.#discountedReturns.slice() } : {};
  }

  setState(state: ModelState): void {
    if (this.#returnMoments.length > 0) this.#discountedReturns.set(takeFloat64(state, 'discountedReturns'));
  }

  /** Gₜ = rₜ + γ·Gₜ₋₁ within an episode. */
  #followReturns({ actedRows, rewards, ends, shape: { environments } }: Rollout): void {
    for (let row = 0; row < actedRows; row += 1) {
      const environment = row % environments;
      const sum = rewards[row]! + this.#discount * this.#discountedReturns[environment]!;
      this.#returns[row] = sum;
      this.#discountedReturns[environment] = ends[row] === CONTINUES ? sum : 0;
    }
  }
}
