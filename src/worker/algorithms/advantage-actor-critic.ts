// Advantage actor-critic (Mnih et al. 2016, arXiv 1602.01783, algorithm S3): the gradient of
// L = mean(−log π(aₜ|sₜ)·Aₜ) + valueCoefficient·mean((Rₜ − V(sₜ))²) − entropyCoefficient·mean(H(π(·|sₜ))).
// a3c and a2c differ only in when the master applies it.
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { KernelMemoryPlan } from '../../shared/kernels/kernel-memory.ts';
import type { Kernels } from '../../shared/kernels/kernels.ts';
import type { KernelMemory } from '../../shared/kernels/kernel-memory.ts';
import { ActorCriticNetwork } from '../../shared/network/actor-critic-network.ts';
import { createPolicy } from '../../shared/policy/create-policy.ts';
import { describeNetwork } from '../../shared/policy/describe-network.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { Random } from '../../shared/random/random.ts';
import { estimateAdvantages, type RolloutReturns } from '../../shared/returns/generalized-advantage.ts';
import { planRollout, Rollout, type RolloutShape } from '../rollout.ts';
import type { Algorithm, LossFigures } from './algorithm.ts';

export interface AdvantageActorCriticOptions {
  readonly spec: JobSpec;
  readonly definition: EnvironmentDefinition;
  readonly random: Random;
  readonly bindKernels: (memory: KernelMemory) => Kernels;
}

export class AdvantageActorCritic implements Algorithm {
  readonly rollout: Rollout;
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  readonly values: Float32Array;
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
  readonly #spec: JobSpec;
  readonly #shape: RolloutShape;
  readonly #random: Random;
  readonly #kernels: Kernels;
  readonly #network: ActorCriticNetwork;
  readonly #policy: Policy;
  readonly #noise: Float32Array;
  readonly #losses: Float32Array;
  readonly #advantagesAddress: number;
  readonly #returnsAddress: number;
  readonly #lossesAddress: number;
  readonly #rolloutReturns: RolloutReturns;
  readonly #figures: LossFigures = { policyLoss: 0, valueLoss: 0, entropy: 0, gradientNorm: 0 };

  constructor({ spec, definition, random, bindKernels }: AdvantageActorCriticOptions) {
    const shape = planRollout(spec, definition);
    const { actedRows, capacity, observationSize, actionSize } = shape;
    const plan = new KernelMemoryPlan();
    const network = new ActorCriticNetwork(plan, describeNetwork(spec, definition), capacity);
    const policy = createPolicy(plan, {
      spec: spec.policy,
      spaces: definition,
      hasMask: definition.hasActionMask,
      network,
      capacity,
    });
    this.#advantagesAddress = plan.reserve(actedRows);
    this.#returnsAddress = plan.reserve(actedRows);
    this.#lossesAddress = plan.reserve(4);
    const memory = plan.build();

    this.#spec = spec;
    this.#shape = shape;
    this.#random = random;
    this.#kernels = bindKernels(memory);
    this.#network = network;
    this.#policy = policy;
    this.#noise = memory.view(policy.noise, actedRows * policy.noiseSize);
    this.#losses = memory.view(this.#lossesAddress, 4);
    this.parameters = memory.view(network.parameters, network.layout.size);
    this.gradient = memory.view(network.gradient, network.layout.size);
    this.values = memory.view(network.values, capacity);
    this.advantages = memory.view(this.#advantagesAddress, actedRows);
    this.returns = memory.view(this.#returnsAddress, actedRows);
    this.rollout = new Rollout(shape, {
      observations: memory.view(network.observations, capacity * observationSize),
      actions: memory.view(policy.actions, capacity * actionSize),
      mask: policy.mask === null ? null : memory.view(policy.mask, capacity * policy.maskSize),
    });
    const { rewards, ends, finalRows } = this.rollout;
    const { steps, environments } = shape;
    this.#rolloutReturns = { steps, environments, rewards, ends, finalRows, values: this.values };
  }

  beginRollout(areParametersNew: boolean): void {
    if (areParametersNew) this.#network.refresh(this.#kernels);
    if (this.#policy.noiseType === 'uniform') this.#random.fillUniform(this.#noise);
    else this.#random.fillNormal(this.#noise);
  }

  chooseActions(step: number): void {
    const { environments } = this.#shape;
    this.#network.forwardPolicy(this.#kernels, step * environments, environments);
    this.#policy.sample(this.#kernels, step * environments, environments);
  }

  computeGradient(): LossFigures {
    const { actedRows } = this.#shape;
    const { entropyCoefficient, valueCoefficient } = this.#spec;
    this.#computeValues();
    estimateAdvantages(this.#rolloutReturns, this.#spec, this);
    const kernels = this.#kernels;
    const losses = this.#lossesAddress;
    this.#policy.gradient(
      kernels,
      { advantages: this.#advantagesAddress, losses, entropyCoefficient },
      actedRows,
    );
    const { values, valueGradient } = this.#network;
    kernels.valueGradient(values, this.#returnsAddress, valueGradient, losses, actedRows, valueCoefficient);
    this.#network.backward(kernels, actedRows);
    return this.#clip();
  }

  /** Values are needed only now, so one pass serves all rows of the rollout and those that bootstrap. */
  #computeValues(): void {
    const { actedRows } = this.#shape;
    this.#network.forwardValue(this.#kernels, 0, actedRows);
    this.#network.forwardValueOnly(this.#kernels, actedRows, this.rollout.usedRows - actedRows);
  }

  #clip(): LossFigures {
    const { gradient, layout } = this.#network;
    const norm = Math.sqrt(this.#kernels.sumOfSquares(gradient, layout.size));
    const limit = this.#spec.maxGradientNorm;
    if (limit !== null && norm > limit) this.#kernels.scale(gradient, layout.size, limit / norm);
    const figures = this.#figures;
    figures.policyLoss = this.#losses[0]!;
    figures.entropy = this.#losses[1]!;
    figures.valueLoss = this.#losses[2]!;
    figures.gradientNorm = norm;
    return figures;
  }
}
