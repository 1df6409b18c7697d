// Deterministic actor-critic model on WebAssembly kernels, with its targets and a batch in one kernel memory.
import type { ModelState } from '../model-state.ts';
import { offsetBy, type Address } from './kernels/address.ts';
import { KernelMemoryPlan } from './kernels/kernel-memory.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { DeterministicNetwork, NetworkFactory } from './network/memory-network.ts';
import type { ParameterLayout } from '../../network/parameter-layout.ts';
import type { ActionGradientRule } from './policy/action-gradient.ts';
import { ActionMapping } from './policy/action-mapping.ts';
import { createPolicy } from './policy/create-policy.ts';
import type { Policy } from './policy/policy.ts';
import { createEmptyMetrics, type GradientMetrics } from '../../measures/measures.ts';
import type { GradientLimits } from '../actor-critic-model.ts';
import type { DeterministicModel, TransitionRows } from '../deterministic-model.ts';
import type { DeterministicModelOptions } from '../engine.ts';
import { DeterministicGradient } from './deterministic-gradient.ts';
import type { ModelContext } from './model-context.ts';
import { limitGradient } from './limit-gradient.ts';
import { TargetNetwork } from './target-network.ts';

export class WasmDeterministicModel implements DeterministicModel {
  readonly layout: ParameterLayout;
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly noise: Float32Array;
  readonly batch: TransitionRows;
  readonly #kernels: Kernels;
  readonly #learned: DeterministicNetwork;
  readonly #target: TargetNetwork<DeterministicNetwork>;
  readonly #policy: Policy;
  readonly #differentiation: DeterministicGradient;
  /** Number of network rows before those that act: the batch's. */
  readonly #firstRow: number;
  /** Entropy and spread stay NaN: a deterministic policy has no distribution. */
  readonly #metrics = createEmptyMetrics();

  constructor(options: DeterministicModelOptions, { bindKernels, networks }: ModelContext) {
    const { actionSpace, capacity, batchSize, observationSize } = options;
    const { learned, target, policy, memory } = buildMemory(options, networks);
    const kernels = bindKernels(memory);
    const viewActing = (address: Address, size: number): Float32Array =>
      memory.view(offsetBy(address, batchSize * size), capacity * size);
    const actionSize = actionSpace.low.length;

    this.#kernels = kernels;
    this.#learned = learned;
    this.#target = new TargetNetwork(options.settings.targetUpdate, { learned, network: target, memory });
    this.#policy = policy;
    this.#firstRow = batchSize;
    this.#differentiation = new DeterministicGradient({
      ...options.settings,
      batchSize,
      observationSize,
      actionSpace,
      rule: chooseRule(options),
      mapping: new ActionMapping(options.policy, actionSpace),
      learned,
      target,
      memory,
      kernels,
    });
    this.batch = this.#differentiation.batch;
    this.layout = learned.layout;
    this.parameters = memory.view(learned.parameters, learned.layout.size);
    this.gradient = memory.view(learned.gradient, learned.layout.size);
    this.observations = viewActing(learned.observations, observationSize);
    this.actions = viewActing(policy.actions, actionSize);
    this.noise = viewActing(policy.noise, actionSize);
  }

  refresh(): void {
    this.#learned.refresh(this.#kernels);
  }

  act(firstRow: number, rows: number): void {
    this.#learned.forwardPolicy(this.#kernels, this.#firstRow + firstRow, rows);
    this.#policy.sample(this.#kernels, this.#firstRow + firstRow, rows);
  }

  followTargets(): void {
    this.#target.follow(this.#kernels);
  }

  differentiate(coverage: 'critic' | 'everything', limits: GradientLimits): GradientMetrics {
    const metrics = this.#metrics;
    this.#differentiation.load();
    if (coverage === 'everything') metrics.policyLoss = this.#differentiation.differentiateActor();
    else this.#differentiation.skipActor();
    metrics.valueLoss = this.#differentiation.differentiateCritic();
    metrics.gradientNorm = this.#limit(limits);
    return metrics;
  }

  getState(): ModelState {
    return this.#target.getState();
  }

  setState(state: ModelState): void {
    this.#target.setState(state, this.#kernels);
  }

  /**
   * Limits the gradients of actor and critic separately, because their sizes are unrelated. Returns the norm of both
   * together.
   */
  #limit(limits: GradientLimits): number {
    const { gradient, layout } = this.#learned;
    const { trainableSize, criticOffset } = layout;
    const actorNorm = limitGradient(this.#kernels, { gradient, length: criticOffset }, limits);
    const critic = { gradient: offsetBy(gradient, criticOffset), length: trainableSize - criticOffset };
    return Math.hypot(actorNorm, limitGradient(this.#kernels, critic, limits));
  }
}

/** Reserves the memory of a model's networks and its policy, and allocates it. */
function buildMemory(
  { shape, policy: spec, spaces, capacity, batchSize }: DeterministicModelOptions,
  networks: NetworkFactory,
) {
  const plan = new KernelMemoryPlan();
  const rows = batchSize + capacity;
  const learned = networks.createDeterministic(plan, shape, { actor: rows, critic: batchSize });
  const target = networks.createDeterministic(plan, shape, { actor: batchSize, critic: batchSize });
  const policy = createPolicy(plan, {
    spec,
    spaces,
    hasMask: false,
    network: learned,
    capacity: rows,
    environments: 0,
  });
  return { learned, target, policy, memory: plan.build() };
}

function chooseRule({ policy, settings }: DeterministicModelOptions): ActionGradientRule {
  if (policy.outputActivation === 'tanh') return 'tanh';
  return settings.invertGradients ? 'inverting' : 'linear';
}
