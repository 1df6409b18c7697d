// Proximal policy optimization (Schulman et al. 2017, arXiv 1707.06347): several epochs of minibatches over one
// rollout, with a loss whose gradient is zero where the policy has already moved far enough. The gradients of a
// minibatch are averaged over the workers before they are applied, so this is also distributed PPO (Heess et al. 2017,
// arXiv 1707.02286).
import type { ActorCriticModel } from '../../../shared/engines/actor-critic-model.ts';
import type { JobSpec } from '../../../shared/job/job-spec.ts';
import type { PpoSpec } from '../../../shared/algorithms/ppo/ppo-spec.ts';
import { interpolate, scheduleMaxNorm } from '../../../shared/optimizers/schedule.ts';
import { takeNumbers, type ModelState } from '../../../shared/engines/model-state.ts';
import type { Random } from '../../../shared/random/random.ts';
import { standardize } from '../../../shared/returns/standardize.ts';
import type { Rollout } from '../../rollout.ts';
import type { Algorithm, AlgorithmOptions, TrainingConditions } from '../algorithm.ts';
import type { GradientExchange } from '../gradient-exchange.ts';
import { OnPolicyExperience } from '../on-policy-experience.ts';
import { createMinibatches, type Minibatches } from './minibatches.ts';

const ACTION_STREAM = 0;
const SHUFFLE_STREAM = 1;

export class ProximalPolicyOptimization implements Algorithm {
  readonly rollout: Rollout;
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  readonly moments: Float64Array;
  /** Acts, and computes the values, advantages and returns of the rollout. */
  readonly acting: ActorCriticModel;
  /** Learns from one minibatch at a time. */
  readonly learning: ActorCriticModel;
  readonly #spec: JobSpec;
  readonly #ppo: PpoSpec;
  readonly #experience: OnPolicyExperience;
  readonly #minibatches: Minibatches;
  readonly #shuffleRandom: Random;
  readonly #loss: {
    readonly type: 'clipped';
    clipRange: number;
    readonly valueClipRange: number | null;
    readonly valueCoefficient: number;
    entropyCoefficient: number;
  };
  readonly #limits: { maxNorm: number | null; readonly maxValue: number | null };
  #progress = 0;

  constructor(options: AlgorithmOptions) {
    const { spec, random } = options;
    const { ppo } = spec;
    if (ppo === null) throw new RangeError('ppo needs its settings');
    const experience = new OnPolicyExperience({ ...options, random: random.split(ACTION_STREAM) });
    const { model: acting, rollout } = experience;
    this.#spec = spec;
    this.#ppo = ppo;
    this.#experience = experience;
    this.#shuffleRandom = random.split(SHUFFLE_STREAM);
    this.#minibatches = createMinibatches(options, experience, this.#shuffleRandom);
    this.#loss = {
      type: 'clipped',
      clipRange: ppo.clipRange,
      valueClipRange: ppo.valueClipRange,
      valueCoefficient: spec.valueCoefficient,
      entropyCoefficient: spec.entropyCoefficient,
    };
    this.#limits = { maxNorm: spec.maxGradientNorm, maxValue: spec.maxGradientValue };
    this.acting = acting;
    this.learning = this.#minibatches.model;
    this.rollout = rollout;
    this.parameters = acting.parameters;
    this.gradient = this.learning.gradient;
    this.moments = experience.moments;
  }

  beginRollout(_areParametersNew: boolean, { progress, entropyCoefficient }: TrainingConditions): void {
    this.#progress = progress;
    this.#loss.entropyCoefficient = entropyCoefficient;
    // The last update of the previous round always brought new parameters.
    this.#experience.beginRollout(true);
  }

  chooseActions(step: number): void {
    const { environments } = this.rollout.shape;
    this.acting.act(step * environments, environments);
  }

  async learn(exchange: GradientExchange): Promise<boolean> {
    const { epochs, targetKl } = this.#ppo;
    this.#prepare();
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      this.#minibatches.shuffle();
      for (let index = 0; index < this.#minibatches.count; index += 1) {
        const sent = exchange.send(this.#differentiate(index));
        if (!(sent instanceof Promise ? await sent : sent)) return false;
        exchange.receive();
        // All workers receive the same mean, so all end the round at the same minibatch.
        if (targetKl !== null && exchange.approximateKl > targetKl) return true;
        this.#refresh(this.learning.layout.trainableSize);
      }
    }
    return true;
  }

  getState(): ModelState {
    return { ...this.#experience.getState(), shuffleRandom: this.#shuffleRandom.getState() };
  }

  setState(state: ModelState): void {
    this.#experience.setState(state);
    this.#shuffleRandom.setState(takeNumbers(state, 'shuffleRandom'));
  }

  /** Judges the rollout with the parameters it was acted with. */
  #prepare(): void {
    const { acting } = this;
    const { clipRange, finalClipRange } = this.#ppo;
    this.#experience.judge();
    acting.computeLogProbabilities(this.rollout.actedRows);
    this.#loss.clipRange = interpolate(clipRange, finalClipRange, this.#progress);
    this.#limits.maxNorm = scheduleMaxNorm(this.#spec, this.#progress);
    this.#refresh(this.learning.layout.size);
  }

  /**
   * Copies the first `count` parameters. The normalization statistics come after the trainable parameters and stay the
   * same within a round: otherwise the same observation would be normalized differently.
   */
  #refresh(count: number): void {
    this.learning.parameters.set(this.parameters.subarray(0, count));
    this.learning.refresh();
  }

  #differentiate(index: number) {
    const { learning } = this;
    const rows = this.#minibatches.gather(index);
    learning.computePolicy(0, rows);
    if (learning.hasCritic) learning.computeValues(0, rows);
    learning.computeLogProbabilities(rows);
    if (this.#spec.normalizeAdvantages) standardize(learning.advantages, rows);
    const metrics = learning.differentiate(rows, this.#loss, this.#limits);
    metrics.explainedVariance = this.#experience.explainedVariance;
    return metrics;
  }
}
