// Advantage actor-critic (Mnih et al. 2016, arXiv 1602.01783, algorithm S3): the gradient of
// L = mean(−log π(aₜ|sₜ)·Aₜ) + valueCoefficient·mean((Rₜ − V(sₜ))²) − entropyCoefficient·mean(H(π(·|sₜ))).
// a3c and a2c differ only in when the master applies it. With λ = 0 it is one-step TD (actor-critic), and with V ≡ 0,
// λ = 1 and whole episodes it is REINFORCE (Williams 1992).
import type { ModelState } from '../../../shared/engines/model-state.ts';
import type { ActorCriticModel } from '../../../shared/engines/actor-critic-model.ts';
import type { GradientMetrics } from '../../../shared/measures/measures.ts';
import type { JobSpec } from '../../../shared/job/job-spec.ts';
import { scheduleMaxNorm } from '../../../shared/optimizers/schedule.ts';
import { standardize } from '../../../shared/returns/standardize.ts';
import type { Rollout } from '../../rollout.ts';
import type { Algorithm, AlgorithmOptions, TrainingConditions } from '../algorithm.ts';
import type { GradientExchange } from '../gradient-exchange.ts';
import { OnPolicyExperience } from '../on-policy-experience.ts';

export class AdvantageActorCritic implements Algorithm {
  readonly rollout: Rollout;
  readonly model: ActorCriticModel;
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  readonly moments: Float64Array;
  readonly #spec: JobSpec;
  readonly #experience: OnPolicyExperience;
  readonly #environments: number;
  readonly #loss: { type: 'advantage'; valueCoefficient: number; entropyCoefficient: number };
  readonly #limits: { maxNorm: number | null; readonly maxValue: number | null };
  #progress = 0;

  constructor(options: AlgorithmOptions) {
    const { spec } = options;
    const experience = new OnPolicyExperience(options);
    const { model } = experience;
    this.#spec = spec;
    this.#experience = experience;
    this.#environments = experience.rollout.shape.environments;
    this.#loss = { type: 'advantage', valueCoefficient: spec.valueCoefficient, entropyCoefficient: 0 };
    this.#limits = { maxNorm: null, maxValue: spec.maxGradientValue };
    this.rollout = experience.rollout;
    this.model = model;
    this.parameters = model.parameters;
    this.gradient = model.gradient;
    this.moments = experience.moments;
  }

  beginRollout(areParametersNew: boolean, { progress, entropyCoefficient }: TrainingConditions): void {
    this.#progress = progress;
    this.#loss.entropyCoefficient = entropyCoefficient;
    this.#experience.beginRollout(areParametersNew);
  }

  chooseActions(step: number): void {
    this.model.act(step * this.#environments, this.#environments);
  }

  learn(exchange: GradientExchange): boolean | Promise<boolean> {
    return exchange.send(this.computeGradient());
  }

  /** Computes the gradient of the finished rollout. The metrics are valid until the next call. */
  computeGradient(): GradientMetrics {
    const { model, rollout } = this;
    const { normalizeAdvantages } = this.#spec;
    this.#experience.judge();
    if (normalizeAdvantages) standardize(model.advantages, rollout.actedRows);
    this.#limits.maxNorm = scheduleMaxNorm(this.#spec, this.#progress);
    const metrics = model.differentiate(rollout.actedRows, this.#loss, this.#limits);
    metrics.explainedVariance = this.#experience.explainedVariance;
    return metrics;
  }

  getState(): ModelState {
    return this.#experience.getState();
  }

  setState(state: ModelState): void {
    this.#experience.setState(state);
  }
}
