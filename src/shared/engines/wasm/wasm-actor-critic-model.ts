// Actor-critic model on WebAssembly kernels: network, policy and all inputs of a loss in one kernel memory.
import { NO_ADDRESS, type Address } from './kernels/address.ts';
import { KernelMemoryPlan } from './kernels/kernel-memory.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { ModelContext } from './model-context.ts';
import type { ActorCriticNetwork, NetworkFactory } from './network/memory-network.ts';
import { createEmptyMetrics, type GradientMetrics } from '../../measures/measures.ts';
import { countRunningNumbers, type ParameterLayout } from '../../network/parameter-layout.ts';
import { createPolicy } from './policy/create-policy.ts';
import type { Policy } from './policy/policy.ts';
import type {
  ActorCriticLoss,
  ActorCriticModel,
  ClippedLoss,
  GradientLimits,
} from '../actor-critic-model.ts';
import type { ActorCriticModelOptions } from '../engine.ts';
import type { RecurrentState } from './network/recurrent-state.ts';
import { takeFloat32, takeNumbers, type ModelState } from '../model-state.ts';
import { limitGradient, type PlacedGradient } from './limit-gradient.ts';
import { PolicyNoise } from './policy/policy-noise.ts';

/** Number of losses that the kernels write: see Kernels. */
const LOSSES_LENGTH = 8;
const POLICY_LOSS = 0;
const ENTROPY = 1;
const VALUE_LOSS = 2;
const POLICY_MEAN = 3;
const POLICY_STANDARD_DEVIATION = 4;
const CLIPPED_POLICY_LOSS = 5;
const APPROXIMATE_KL = 6;
const CLIP_FRACTION = 7;

/** Rows of the loss's inputs. */
interface LossRows {
  readonly advantages: Address;
  readonly returns: Address;
  readonly logProbabilities: Address;
  readonly oldLogProbabilities: Address;
  readonly oldValues: Address;
  readonly weights: Address;
  readonly losses: Address;
}

export class WasmActorCriticModel implements ActorCriticModel {
  readonly layout: ParameterLayout;
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly actionSize: number;
  readonly mask: Float32Array | null;
  readonly maskSize: number;
  readonly values: Float32Array;
  readonly hasCritic: boolean;
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
  readonly logProbabilities: Float32Array;
  readonly oldLogProbabilities: Float32Array;
  readonly oldValues: Float32Array;
  readonly recurrence: RecurrentState | null;
  readonly runningSize: number;
  readonly #random: ActorCriticModelOptions['random'];
  readonly #kernels: Kernels;
  readonly #network: ActorCriticNetwork;
  readonly #policy: Policy;
  readonly #noise: PolicyNoise;
  readonly #rows: LossRows;
  readonly #losses: Float32Array;
  readonly #placedGradient: PlacedGradient;
  readonly #policyTargets = { advantages: NO_ADDRESS, losses: NO_ADDRESS, entropyCoefficient: 0 };
  readonly #metrics = createEmptyMetrics();

  constructor(options: ActorCriticModelOptions, { bindKernels, networks }: ModelContext) {
    const { capacity, lossRows, environments } = options;
    const { network, policy, rows, memory } = buildMemory(options, networks);
    const viewRows = (address: Address, size = 1): Float32Array => memory.view(address, capacity * size);

    this.#random = options.random;
    this.#kernels = bindKernels(memory);
    this.#network = network;
    this.#policy = policy;
    this.#noise = new PolicyNoise(policy, memory, { actedRows: lossRows, environments });
    this.#rows = rows;
    this.#losses = memory.view(rows.losses, LOSSES_LENGTH);
    // Policies without a mean do not write these metrics.
    this.#losses.fill(Number.NaN);
    this.#policyTargets.losses = rows.losses;
    this.#placedGradient = { gradient: network.gradient, length: network.layout.trainableSize };
    this.layout = network.layout;
    this.parameters = memory.view(network.parameters, network.layout.size);
    this.gradient = memory.view(network.gradient, network.layout.trainableSize);
    this.observations = viewRows(network.observations, options.observationSize);
    this.actions = viewRows(policy.actions, policy.actionSize);
    this.actionSize = policy.actionSize;
    this.mask = policy.mask === null ? null : viewRows(policy.mask, policy.maskSize);
    this.maskSize = policy.mask === null ? 0 : policy.maskSize;
    this.values = network.values === null ? new Float32Array(capacity) : viewRows(network.values);
    this.hasCritic = network.values !== null;
    this.advantages = memory.view(rows.advantages, lossRows);
    this.returns = memory.view(rows.returns, lossRows);
    this.logProbabilities = memory.view(rows.logProbabilities, lossRows);
    this.oldLogProbabilities = memory.view(rows.oldLogProbabilities, lossRows);
    this.oldValues = memory.view(rows.oldValues, lossRows);
    this.recurrence = network.recurrence;
    this.runningSize = countRunningNumbers(network.layout);
  }

  refresh(): void {
    this.#network.refresh(this.#kernels);
  }

  beginRollout(): void {
    this.#noise.beginRollout(this.#random, this.#kernels);
  }

  act(firstRow: number, rows: number): void {
    this.#noise.beginStep(this.#random, this.#kernels);
    this.#network.forwardPolicy(this.#kernels, firstRow, rows);
    this.#policy.sample(this.#kernels, firstRow, rows);
  }

  computePolicy(firstRow: number, rows: number): void {
    this.#network.forwardPolicy(this.#kernels, firstRow, rows);
  }

  computeValues(firstRow: number, rows: number): void {
    this.#network.forwardValue(this.#kernels, firstRow, rows);
  }

  computeBootstrapValues(firstRow: number, rows: number): void {
    this.#network.forwardValueOnly(this.#kernels, firstRow, rows);
  }

  computeLogProbabilities(rows: number): void {
    this.#policy.logProbability?.(this.#kernels, this.#rows.logProbabilities, rows);
  }

  differentiate(rows: number, loss: ActorCriticLoss, limits: GradientLimits): GradientMetrics {
    const metrics = this.#metrics;
    if (loss.type === 'clipped') this.#differentiateClipped(rows, loss);
    else this.#differentiatePolicy(rows, this.#rows.advantages, loss.entropyCoefficient);
    if (this.hasCritic) this.#differentiateValues(rows, loss);
    this.#network.backward(this.#kernels, rows);
    const losses = this.#losses;
    metrics.policyLoss = losses[loss.type === 'clipped' ? CLIPPED_POLICY_LOSS : POLICY_LOSS]!;
    metrics.valueLoss = losses[VALUE_LOSS]!;
    metrics.entropy = losses[ENTROPY]!;
    metrics.policyMean = losses[POLICY_MEAN]!;
    metrics.policyStandardDeviation = losses[POLICY_STANDARD_DEVIATION]!;
    metrics.approximateKl = losses[APPROXIMATE_KL]!;
    metrics.clipFraction = losses[CLIP_FRACTION]!;
    metrics.gradientNorm = limitGradient(this.#kernels, this.#placedGradient, limits);
    return metrics;
  }

  measureRunning(rows: number, target: Float64Array): void {
    this.#network.measureRunning?.(rows, target);
  }

  getState(): ModelState {
    return {
      random: this.#random.getState(),
      ...this.#noise.getState(),
      ...(this.recurrence && { recurrent: this.recurrence.getCarried() }),
    };
  }

  setState(state: ModelState): void {
    this.#random.setState(takeNumbers(state, 'random'));
    this.#noise.setState(state);
    this.recurrence?.setCarried(takeFloat32(state, 'recurrent'));
  }

  #differentiateClipped(rows: number, { clipRange, entropyCoefficient }: ClippedLoss): void {
    const { logProbabilities, oldLogProbabilities, advantages, weights, losses } = this.#rows;
    this.#kernels.clippedSurrogate(
      logProbabilities,
      oldLogProbabilities,
      advantages,
      weights,
      losses,
      rows,
      clipRange,
    );
    this.#differentiatePolicy(rows, weights, entropyCoefficient);
  }

  #differentiatePolicy(rows: number, advantages: Address, entropyCoefficient: number): void {
    this.#policyTargets.advantages = advantages;
    this.#policyTargets.entropyCoefficient = entropyCoefficient;
    this.#policy.gradient(this.#kernels, this.#policyTargets, rows);
  }

  #differentiateValues(rows: number, loss: ActorCriticLoss): void {
    const { values, valueGradient } = this.#network;
    const { returns, oldValues, losses } = this.#rows;
    const { valueCoefficient } = loss;
    const range = loss.type === 'clipped' ? loss.valueClipRange : null;
    if (range === null)
      this.#kernels.valueGradient(
        values ?? NO_ADDRESS,
        returns,
        valueGradient,
        losses,
        rows,
        valueCoefficient,
      );
    else
      this.#kernels.clippedValueGradient(
        values ?? NO_ADDRESS,
        oldValues,
        returns,
        valueGradient,
        losses,
        rows,
        valueCoefficient,
        range,
      );
  }
}

/** Reserves the memory of a model's network, its policy and its loss, and allocates it. */
function buildMemory(
  {
    shape,
    policy: spec,
    spaces,
    hasActionMask: hasMask,
    capacity,
    lossRows,
    environments,
  }: ActorCriticModelOptions,
  networks: NetworkFactory,
) {
  const plan = new KernelMemoryPlan();
  const network = networks.createActorCritic(plan, shape, { capacity, environments });
  const policy = createPolicy(plan, { spec, spaces, hasMask, network, capacity, environments });
  const rows = reserveLossRows(plan, lossRows);
  return { network, policy, rows, memory: plan.build() };
}

function reserveLossRows(plan: KernelMemoryPlan, rows: number): LossRows {
  return {
    advantages: plan.reserve(rows),
    returns: plan.reserve(rows),
    logProbabilities: plan.reserve(rows),
    oldLogProbabilities: plan.reserve(rows),
    oldValues: plan.reserve(rows),
    weights: plan.reserve(rows),
    losses: plan.reserve(LOSSES_LENGTH),
  };
}
