// Gradient of one batch of transitions: of −mean Q(s, μ(s)) for the actor, and of the temporal difference for the
// critic.
import { offsetBy } from './kernels/address.ts';
import type { KernelMemory } from './kernels/kernel-memory.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { DeterministicNetwork } from './network/memory-network.ts';
import type { ActionMapping } from './policy/action-mapping.ts';
import type { BoxSpace } from '../../spaces/space.ts';
import { writeOutputGradient, type ActionGradientRule } from './policy/action-gradient.ts';
import type { TransitionRows } from '../deterministic-model.ts';
import { computeTargets, differentiateCriticLoss } from './critic-loss.ts';

export interface DeterministicGradientOptions {
  readonly batchSize: number;
  readonly observationSize: number;
  readonly actionSpace: BoxSpace;
  readonly discount: number;
  readonly huberThreshold: number | null;
  readonly rule: ActionGradientRule;
  readonly mapping: ActionMapping;
  /** The learned network and its target; the batch is in the first rows of both. */
  readonly learned: DeterministicNetwork;
  readonly target: DeterministicNetwork;
  readonly memory: KernelMemory;
  readonly kernels: Kernels;
}

/** Views of one network's inputs and outputs for the batch. */
interface NetworkViews {
  readonly observations: Float32Array;
  readonly pairs: Float32Array;
  readonly values: Float32Array;
}

export class DeterministicGradient {
  /** The batch; its observations are stored where the networks read them. */
  readonly batch: TransitionRows;
  readonly #options: DeterministicGradientOptions;
  readonly #learned: NetworkViews;
  readonly #target: NetworkViews;
  readonly #pairGradient: Float32Array;
  readonly #policyGradient: Float32Array;
  readonly #valueGradient: Float32Array;
  readonly #actorParameterGradient: Float32Array;
  readonly #targets: Float32Array;

  constructor(options: DeterministicGradientOptions) {
    const { batchSize, learned, target, memory, observationSize, actionSpace } = options;
    const createViews = (network: DeterministicNetwork): NetworkViews => ({
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
    this.batch = {
      observations: this.#learned.observations,
      actions: new Float32Array(batchSize * actionSpace.low.length),
      nextObservations: this.#target.observations,
      rewards: new Float32Array(batchSize),
      continuations: new Float32Array(batchSize),
    };
    this.#targets = new Float32Array(batchSize);
  }

  /** Copies the batch's observations; call it before either gradient. */
  load(): void {
    this.#pair(this.#learned, this.#options.learned.pairSize);
    this.#pair(this.#target, this.#options.target.pairSize);
  }

  /**
   * Computes the actor's gradient through the critic; returns −mean Q(s, μ(s)). Call it before `differentiateCritic`,
   * because it overwrites the critic's gradient.
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

  /** Clears the actor's gradient while the actor does not learn yet. */
  skipActor(): void {
    this.#actorParameterGradient.fill(0);
  }

  /** Computes the critic's gradient; returns its loss. */
  differentiateCritic(): number {
    const { learned, target, kernels, batchSize, discount, huberThreshold } = this.#options;
    target.forwardPolicy(kernels, 0, batchSize);
    this.#writeMeans(target);
    target.forwardCritic(kernels, batchSize);
    const batch = {
      rewards: this.batch.rewards,
      continuations: this.batch.continuations,
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

  /** Writes μ of a network's observations into its pairs. */
  #writeMeans({ policyOutputs, pairs, pairSize }: DeterministicNetwork): void {
    const { mapping, kernels, batchSize, observationSize } = this.#options;
    const actions = offsetBy(pairs, observationSize);
    mapping.writeMeans(kernels, policyOutputs, actions, pairSize, batchSize);
  }

  /** Copies observations into the critic's input rows. */
  #pair({ observations, pairs }: NetworkViews, pairSize: number): void {
    const { batchSize, observationSize } = this.#options;
    for (let row = 0; row < batchSize; row += 1) {
      for (let index = 0; index < observationSize; index += 1)
        pairs[row * pairSize + index] = observations[row * observationSize + index]!;
    }
  }

  /** Writes the batch's actions into the pairs. */
  #writeTakenActions(): void {
    const { batchSize, observationSize, learned } = this.#options;
    const actionSize = learned.pairSize - observationSize;
    for (let row = 0; row < batchSize; row += 1) {
      const to = row * learned.pairSize + observationSize;
      for (let index = 0; index < actionSize; index += 1)
        this.#learned.pairs[to + index] = this.batch.actions[row * actionSize + index]!;
    }
  }
}
