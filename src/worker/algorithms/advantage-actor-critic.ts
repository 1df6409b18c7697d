// Advantage actor-critic (Mnih et al. 2016, arXiv 1602.01783, algorithm S3): the gradient of
// L = mean(−log π(aₜ|sₜ)·Aₜ) + valueCoefficient·mean((Rₜ − V(sₜ))²) − entropyCoefficient·mean(H(π(·|sₜ))).
// a3c and a2c differ only in when the master applies it. With λ = 0 it is one-step TD (actor-critic), and with V ≡ 0,
// λ = 1 and whole episodes it is REINFORCE (Williams 1992).
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { KernelMemoryPlan } from '../../shared/kernels/kernel-memory.ts';
import type { Kernels } from '../../shared/kernels/kernels.ts';
import type { KernelMemory } from '../../shared/kernels/kernel-memory.ts';
import { ActorCriticNetwork } from '../../shared/network/actor-critic-network.ts';
import { clipGradient } from '../../shared/optimizers/clip-gradient.ts';
import { createPolicy } from '../../shared/policy/create-policy.ts';
import { describeNetwork } from '../../shared/policy/describe-network.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { AlgorithmState } from '../../shared/protocol/worker-state.ts';
import type { Random } from '../../shared/random/random.ts';
import { scaleRewards } from '../../shared/normalization/scale-rewards.ts';
import { interpolate } from '../../shared/optimizers/schedule.ts';
import { findTensor, normalizationNames } from '../../shared/parameters/parameter-layout.ts';
import { estimateAdvantages, type RolloutReturns } from '../../shared/returns/generalized-advantage.ts';
import { standardize } from '../../shared/returns/standardize.ts';
import { planRollout, Rollout, type RolloutShape } from '../rollout.ts';
import { PolicyNoise } from './policy-noise.ts';
import { RolloutMoments } from '../rollout-moments.ts';
import type { Algorithm, LossFigures } from './algorithm.ts';
import { takeFloat32, takeNumbers } from './take-state.ts';

export interface AdvantageActorCriticOptions {
  readonly spec: JobSpec;
  readonly definition: EnvironmentDefinition;
  readonly random: Random;
  readonly bindKernels: (memory: KernelMemory) => Kernels;
}

/** Policy loss, entropy, value loss, the policy's mean and its standard deviation. */
const LOSSES_LENGTH = 5;

export class AdvantageActorCritic implements Algorithm {
  readonly rollout: Rollout;
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  readonly values: Float32Array;
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
  readonly moments: Float64Array;
  readonly #spec: JobSpec;
  readonly #shape: RolloutShape;
  readonly #random: Random;
  readonly #kernels: Kernels;
  readonly #network: ActorCriticNetwork;
  readonly #policy: Policy;
  readonly #noise: PolicyNoise;
  readonly #losses: Float32Array;
  readonly #moments: RolloutMoments;
  readonly #returnVariance: Float32Array;
  readonly #advantagesAddress: number;
  readonly #returnsAddress: number;
  readonly #lossesAddress: number;
  readonly #rolloutReturns: RolloutReturns & { steps: number };
  readonly #figures: LossFigures = {
    policyLoss: 0,
    valueLoss: 0,
    entropy: 0,
    gradientNorm: 0,
    policyMean: 0,
    policyStandardDeviation: 0,
  };
  #progress = 0;

  constructor({ spec, definition, random, bindKernels }: AdvantageActorCriticOptions) {
    const shape = planRollout(spec, definition);
    const { actedRows, capacity, environments, observationSize, actionSize } = shape;
    const plan = new KernelMemoryPlan();
    const network = new ActorCriticNetwork(plan, describeNetwork(spec, definition), capacity, environments);
    const policy = createPolicy(plan, {
      spec: spec.policy,
      spaces: definition,
      hasMask: definition.hasActionMask,
      network,
      capacity,
      environments: shape.environments,
    });
    this.#advantagesAddress = plan.reserve(actedRows);
    this.#returnsAddress = plan.reserve(actedRows);
    this.#lossesAddress = plan.reserve(LOSSES_LENGTH);
    const memory = plan.build();

    this.#spec = spec;
    this.#shape = shape;
    this.#random = random;
    this.#kernels = bindKernels(memory);
    this.#network = network;
    this.#policy = policy;
    this.#noise = new PolicyNoise(policy, memory, shape);
    this.#losses = memory.view(this.#lossesAddress, LOSSES_LENGTH);
    // Policies without a mean leave the places of these figures as they are.
    this.#losses.fill(Number.NaN);
    this.parameters = memory.view(network.parameters, network.layout.size);
    this.gradient = memory.view(network.gradient, network.layout.trainableSize);
    this.values =
      network.values === null ? new Float32Array(capacity) : memory.view(network.values, capacity);
    this.advantages = memory.view(this.#advantagesAddress, actedRows);
    this.returns = memory.view(this.#returnsAddress, actedRows);
    this.rollout = new Rollout(shape, {
      observations: memory.view(network.observations, capacity * observationSize),
      actions: memory.view(policy.actions, capacity * actionSize),
      mask: policy.mask === null ? null : memory.view(policy.mask, capacity * policy.maskSize),
      recurrence: network.recurrence,
    });
    this.#moments = new RolloutMoments(spec, shape);
    this.moments = this.#moments.moments;
    const variance = findTensor(network.layout, normalizationNames.returnVariance);
    this.#returnVariance = this.parameters.subarray(variance?.offset ?? 0, (variance?.offset ?? 0) + 1);
    const { rewards, ends, finalRows } = this.rollout;
    this.#rolloutReturns = {
      steps: shape.steps,
      environments,
      rewards,
      ends,
      finalRows,
      values: this.values,
    };
  }

  beginRollout(areParametersNew: boolean, progress: number): void {
    this.#progress = progress;
    if (areParametersNew) this.#network.refresh(this.#kernels);
    this.#noise.beginRollout(this.#random, this.#kernels);
  }

  chooseActions(step: number): void {
    const { environments } = this.#shape;
    this.#noise.beginStep(this.#random, this.#kernels);
    this.#network.forwardPolicy(this.#kernels, step * environments, environments);
    this.#policy.sample(this.#kernels, step * environments, environments);
  }

  computeGradient(): LossFigures {
    const kernels = this.#kernels;
    const losses = this.#lossesAddress;
    const { rollout } = this;
    const { actedRows } = rollout;
    this.#moments.measure(rollout);
    if (this.#spec.normalizeRewards) scaleRewards(rollout.rewards, actedRows, this.#returnVariance[0]!);
    this.#estimateAdvantages();
    this.#policy.gradient(
      kernels,
      { advantages: this.#advantagesAddress, losses, entropyCoefficient: this.#entropyCoefficient },
      actedRows,
    );
    const { values, valueGradient } = this.#network;
    if (values !== null) {
      const { valueCoefficient } = this.#spec;
      kernels.valueGradient(values, this.#returnsAddress, valueGradient, losses, actedRows, valueCoefficient);
    }
    this.#network.backward(kernels, actedRows);
    return this.#clip();
  }

  getState(): AlgorithmState {
    const { recurrence } = this.#network;
    return {
      random: this.#random.getState(),
      ...this.#noise.getState(),
      ...this.#moments.getState(),
      ...(recurrence && { recurrent: recurrence.getCarried() }),
    };
  }

  setState(state: AlgorithmState): void {
    this.#random.setState(takeNumbers(state, 'random'));
    this.#noise.setState(state);
    this.#moments.setState(state);
    this.#network.recurrence?.setCarried(takeFloat32(state, 'recurrent'));
  }

  #estimateAdvantages(): void {
    const { actedRows } = this.rollout;
    if (this.#network.values !== null) this.#computeValues();
    this.#rolloutReturns.steps = actedRows / this.#shape.environments;
    estimateAdvantages(this.#rolloutReturns, this.#spec, this);
    if (this.#spec.normalizeAdvantages) standardize(this.advantages, actedRows);
  }

  /** Values are needed only now, so one pass serves all rows of the rollout, and another those that bootstrap. */
  #computeValues(): void {
    const { actedRows, firstFinalRow, usedRows } = this.rollout;
    this.#network.forwardValue(this.#kernels, 0, actedRows);
    this.#network.forwardValueOnly(this.#kernels, actedRows, this.#shape.environments);
    if (usedRows > firstFinalRow) {
      this.#network.forwardValueOnly(this.#kernels, firstFinalRow, usedRows - firstFinalRow);
    }
  }

  get #entropyCoefficient(): number {
    const { entropyCoefficient, finalEntropyCoefficient } = this.#spec;
    return interpolate(entropyCoefficient, finalEntropyCoefficient, this.#progress);
  }

  #clip(): LossFigures {
    const { gradient, layout } = this.#network;
    const figures = this.#figures;
    figures.policyLoss = this.#losses[0]!;
    figures.entropy = this.#losses[1]!;
    figures.valueLoss = this.#losses[2]!;
    figures.policyMean = this.#losses[3]!;
    figures.policyStandardDeviation = this.#losses[4]!;
    figures.gradientNorm = clipGradient(
      this.#kernels,
      gradient,
      layout.trainableSize,
      this.#spec,
      this.#progress,
    );
    return figures;
  }
}
