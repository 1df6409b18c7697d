// The gradient of one batch of replayed transitions: −mean Q(s, μ(s)) by the actor, the temporal difference by the critic.
import type { KernelMemory } from '../../../shared/kernels/kernel-memory.ts';
import type { Kernels } from '../../../shared/kernels/kernels.ts';
import type { DeterministicActorCriticNetwork } from '../../../shared/network/deterministic-actor-critic-network.ts';
import type { ActionMapping } from '../../../shared/policy/action-mapping.ts';
import type { Random } from '../../../shared/random/random.ts';
import type { BoxSpace } from '../../../shared/spaces/space.ts';
import { writeOutputGradient, type ActionGradientRule } from '../../../shared/policy/action-gradient.ts';
import { computeTargets, differentiateCriticLoss } from './critic-loss.ts';
import type { ReplayBuffer } from './replay-buffer.ts';

export interface ReplayedGradientOptions {
  readonly replay: ReplayBuffer;
  readonly batchSize: number;
  readonly observationSize: number;
  readonly actionSpace: BoxSpace;
  readonly discount: number;
  readonly huberThreshold: number | null;
  readonly rule: ActionGradientRule;
  readonly mapping: ActionMapping;
  /** The learned network and its target; the batch takes the first rows of both. */
  readonly learned: DeterministicActorCriticNetwork;
  readonly target: DeterministicActorCriticNetwork;
  readonly memory: KernelMemory;
  readonly kernels: Kernels;
  readonly random: Random;
}

const FLOAT_BYTES = 4;

/** Views of what one network reads and computes for the batch. */
interface BatchViews {
  readonly observations: Float32Array;
  readonly pairs: Float32Array;
  readonly values: Float32Array;
}

export class ReplayedGradient {
  readonly #options: ReplayedGradientOptions;
  readonly #learned: BatchViews;
  readonly #target: BatchViews;
  readonly #pairGradient: Float32Array;
  readonly #policyGradient: Float32Array;
  readonly #valueGradient: Float32Array;
  readonly #actorParameterGradient: Float32Array;
  readonly #rows: Int32Array;
  readonly #rewards: Float32Array;
  readonly #continuations: Float32Array;
  readonly #targets: Float32Array;

  constructor(options: ReplayedGradientOptions) {
    const { batchSize, learned, target, memory, observationSize, actionSpace } = options;
    const createViews = (network: DeterministicActorCriticNetwork): BatchViews => ({
      observations: memory.view(network.observations, batchSize * observationSize),
      pairs: memory.view(network.pairs, batchSize * network.pairSize),
      values: memory.view(network.values, batchSize),
    });
    this.#options = options;
    this.#learned = createViews(learned);
    this.#target = createViews(target);
    this.#pairGradient = memory.view(learned.pairGradient, batchSize * learned.pairSize);
    this.#policyGradient = memory.view(learned.policyGradient, batchSize * actionSpace.low.length);
    this.#valueGradient = memory.view(learned.valueGradient, batchSize);
    this.#actorParameterGradient = memory.view(learned.gradient, learned.layout.criticOffset);
    this.#rows = new Int32Array(batchSize);
    this.#rewards = new Float32Array(batchSize);
    this.#continuations = new Float32Array(batchSize);
    this.#targets = new Float32Array(batchSize);
  }

  /** Draws the batch of the next gradients, each transition as likely as any other. */
  drawBatch(): void {
    const { replay, random, observationSize } = this.#options;
    const { pairSize } = this.#options.learned;
    for (let row = 0; row < this.#rows.length; row += 1) {
      const slot = random.nextInteger(replay.size);
      this.#rows[row] = slot;
      this.#rewards[row] = replay.rewards[slot]!;
      this.#continuations[row] = replay.continuations[slot]!;
      const from = slot * observationSize;
      for (let index = 0; index < observationSize; index += 1) {
        const observation = replay.observations[from + index]!;
        const observationNext = replay.nextObservations[from + index]!;
        this.#learned.observations[row * observationSize + index] = observation;
        this.#learned.pairs[row * pairSize + index] = observation;
        this.#target.observations[row * observationSize + index] = observationNext;
        this.#target.pairs[row * pairSize + index] = observationNext;
      }
    }
  }

  /**
   * The actor's gradient, through the critic; returns −mean Q(s, μ(s)). Comes before the critic's, whose place it uses
   * for a gradient that nobody needs.
   */
  differentiateActor(): number {
    const { learned, kernels, batchSize, rule, actionSpace, observationSize } = this.#options;
    learned.forwardPolicy(kernels, 0, batchSize);
    this.#writeMeans(learned);
    learned.forwardCritic(kernels, batchSize);
    this.#valueGradient.fill(-1 / batchSize);
    learned.backwardCritic(kernels, batchSize);
    const { pairs, values } = this.#learned;
    const { pairSize } = learned;
    writeOutputGradient(
      { pairs, pairGradient: this.#pairGradient, pairSize, observationSize, rows: batchSize },
      { rule, space: actionSpace },
      this.#policyGradient,
    );
    learned.backwardPolicy(kernels, batchSize);
    let sum = 0;
    for (let row = 0; row < batchSize; row += 1) sum += values[row]!;
    return -sum / batchSize;
  }

  /** In place of the actor's gradient while it does not learn yet. */
  skipActor(): void {
    this.#actorParameterGradient.fill(0);
  }

  /** The critic's gradient; returns its loss. */
  differentiateCritic(): number {
    const { learned, target, kernels, batchSize, discount, huberThreshold } = this.#options;
    target.forwardPolicy(kernels, 0, batchSize);
    this.#writeMeans(target);
    target.forwardCritic(kernels, batchSize);
    const batch = {
      rewards: this.#rewards,
      continuations: this.#continuations,
      nextValues: this.#target.values,
    };
    const targets = computeTargets(batch, discount, this.#targets);
    this.#writeTakenActions();
    learned.forwardCritic(kernels, batchSize);
    const loss = differentiateCriticLoss(
      { values: this.#learned.values, targets },
      huberThreshold,
      this.#valueGradient,
    );
    learned.backwardCritic(kernels, batchSize);
    return loss;
  }

  /** Puts μ of a network's observations into its pairs. */
  #writeMeans({ policyOutputs, pairs, pairSize }: DeterministicActorCriticNetwork): void {
    const { mapping, kernels, batchSize, observationSize } = this.#options;
    const actions = pairs + observationSize * FLOAT_BYTES;
    mapping.writeMeans(kernels, policyOutputs, actions, pairSize, batchSize);
  }

  /** Puts the actions that were taken into the pairs. */
  #writeTakenActions(): void {
    const { replay, observationSize, learned } = this.#options;
    const actionSize = learned.pairSize - observationSize;
    for (let row = 0; row < this.#rows.length; row += 1) {
      const from = this.#rows[row]! * actionSize;
      const to = row * learned.pairSize + observationSize;
      for (let index = 0; index < actionSize; index += 1) {
        this.#learned.pairs[to + index] = replay.actions[from + index]!;
      }
    }
  }
}
