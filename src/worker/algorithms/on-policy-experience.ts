// Experience of on-policy actor-critic methods: a rollout acted with one set of parameters, and the values, advantages
// and returns of its actions.
import type { ModelState } from '../../shared/engines/model-state.ts';
import type { ActorCriticModel } from '../../shared/engines/actor-critic-model.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { scaleRewards } from '../../shared/normalization/scale-rewards.ts';
import { findTensor, normalizationNames } from '../../shared/network/parameter-layout.ts';
import { explainVariance } from '../../shared/returns/explain-variance.ts';
import { estimateAdvantages, type RolloutReturns } from '../../shared/returns/generalized-advantage.ts';
import { RolloutMoments } from '../rollout-moments.ts';
import type { AlgorithmOptions } from './algorithm.ts';
import { planRollout, Rollout, type RolloutShape } from '../rollout.ts';

export class OnPolicyExperience {
  readonly model: ActorCriticModel;
  readonly rollout: Rollout;
  readonly #spec: JobSpec;
  readonly #shape: RolloutShape;
  readonly #moments: RolloutMoments;
  readonly #returnVariance: Float32Array;
  #explainedVariance = Number.NaN;
  readonly #returns: RolloutReturns & { steps: number };

  constructor({ spec, definition, network, random, engine }: AlgorithmOptions) {
    const shape = planRollout(spec, definition);
    const { actedRows, capacity, environments, observationSize } = shape;
    const model = engine.createActorCritic({
      shape: network,
      policy: spec.policy,
      spaces: definition,
      hasActionMask: definition.hasActionMask,
      observationSize,
      capacity,
      lossRows: actedRows,
      environments,
      random,
    });
    this.#spec = spec;
    this.#shape = shape;
    this.model = model;
    this.rollout = new Rollout(shape, model);
    this.#moments = new RolloutMoments(spec, shape, model.runningSize);
    const variance = findTensor(model.layout, normalizationNames.returnVariance);
    this.#returnVariance = model.parameters.subarray(variance?.offset ?? 0, (variance?.offset ?? 0) + 1);
    const { rewards, ends, finalRows } = this.rollout;
    this.#returns = { steps: shape.steps, environments, rewards, ends, finalRows, values: model.values };
  }

  /** Moments of the last rollout for normalization. */
  get moments(): Float64Array {
    return this.#moments.moments;
  }

  /** Explained variance: how well the critic predicted the returns of the last judged rollout; NaN without a critic. */
  get explainedVariance(): number {
    return this.#explainedVariance;
  }

  beginRollout(areParametersNew: boolean): void {
    if (areParametersNew) this.model.refresh();
    this.model.beginRollout();
  }

  /** Computes the model's values, advantages and returns of the acted rows. */
  judge(): void {
    const { rollout, model } = this;
    this.#moments.measure(rollout);
    if (model.runningSize > 0) model.measureRunning(rollout.actedRows, this.#moments.layerStatistics);
    if (this.#spec.normalizeRewards)
      scaleRewards(rollout.rewards, rollout.actedRows, this.#returnVariance[0]!);
    if (model.hasCritic) this.#computeValues();
    this.#returns.steps = rollout.actedRows / this.#shape.environments;
    estimateAdvantages(this.#returns, this.#spec, model);
    if (model.hasCritic) this.#explainedVariance = explainVariance(model, rollout.actedRows);
  }

  getState(): ModelState {
    return { ...this.model.getState(), ...this.#moments.getState() };
  }

  setState(state: ModelState): void {
    this.model.setState(state);
    this.#moments.setState(state);
  }

  /** Values are needed only now: one pass computes those of all acted rows, and others compute the bootstrap values. */
  #computeValues(): void {
    const { actedRows, firstFinalRow, usedRows } = this.rollout;
    const { model } = this;
    model.computeValues(0, actedRows);
    model.computeBootstrapValues(actedRows, this.#shape.environments);
    if (usedRows > firstFinalRow) model.computeBootstrapValues(firstFinalRow, usedRows - firstFinalRow);
  }
}
