// Deep deterministic policy gradients (Lillicrap et al. 2016, arXiv 1509.02971): a critic Q(s, a) learns from replayed
// transitions what actions are worth, the actor μ(s) climbs it. Here each worker remembers what its own environments
// did and keeps a target network of its own; the master applies everybody's gradients.
import type { EnvironmentDefinition } from '../../../shared/environments/environment.ts';
import type { DdpgSpec } from '../../../shared/job/ddpg-spec.ts';
import type { JobSpec } from '../../../shared/job/job-spec.ts';
import { KernelMemoryPlan, type KernelMemory } from '../../../shared/kernels/kernel-memory.ts';
import type { Kernels } from '../../../shared/kernels/kernels.ts';
import { DeterministicActorCriticNetwork } from '../../../shared/network/deterministic-actor-critic-network.ts';
import { clipGradient } from '../../../shared/optimizers/clip-gradient.ts';
import { ActionMapping } from '../../../shared/policy/action-mapping.ts';
import { createPolicy } from '../../../shared/policy/create-policy.ts';
import { describeNetwork } from '../../../shared/policy/describe-network.ts';
import type { Policy } from '../../../shared/policy/policy.ts';
import type { DeterministicPolicySpec } from '../../../shared/policy/policy-spec.ts';
import type { GradientCoverage } from '../../../shared/protocol/gradient-buffer.ts';
import type { AlgorithmState } from '../../../shared/protocol/worker-state.ts';
import type { Random } from '../../../shared/random/random.ts';
import { CONTINUES } from '../../../shared/returns/generalized-advantage.ts';
import { isBounded, type BoxSpace } from '../../../shared/spaces/space.ts';
import { planRollout, Rollout, type RolloutShape } from '../../rollout.ts';
import type { GradientMetrics } from '../../../shared/engines/actor-critic-model.ts';
import type { Algorithm } from '../algorithm.ts';
import type { GradientExchange } from '../gradient-exchange.ts';
import type { ActionGradientRule } from '../../../shared/policy/action-gradient.ts';
import { takeNumber, takeNumbers, takeUint8 } from '../../../shared/engines/model-state.ts';
import { createExplorationNoise, type ExplorationNoise } from './exploration-noise.ts';
import { ReplayBuffer } from './replay-buffer.ts';
import { ReplayedGradient } from './replayed-gradient.ts';
import { TargetNetwork } from './target-network.ts';

/** A spec of this algorithm in an environment it can be used in; resolving a job has made sure of both. */
export interface DeepDeterministicPolicyGradientOptions {
  readonly spec: JobSpec;
  readonly definition: EnvironmentDefinition;
  readonly random: Random;
  readonly bindKernels: (memory: KernelMemory) => Kernels;
}

const NOISE_STREAM = 0;
const REPLAY_STREAM = 1;
const WARM_UP_STREAM = 2;
const FLOAT_BYTES = 4;

export class DeepDeterministicPolicyGradient implements Algorithm {
  readonly rollout: Rollout;
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  readonly moments = new Float64Array(0);
  readonly replay: ReplayBuffer;
  readonly #spec: JobSpec;
  readonly #warmUp: DdpgSpec['warmUp'];
  readonly #actionSpace: BoxSpace;
  readonly #shape: RolloutShape;
  readonly #kernels: Kernels;
  readonly #learned: DeterministicActorCriticNetwork;
  readonly #target: TargetNetwork<DeterministicActorCriticNetwork>;
  readonly #policy: Policy;
  readonly #noise: ExplorationNoise;
  readonly #noiseRows: Float32Array;
  readonly #replayed: ReplayedGradient;
  /** Rows of the network before those of the rollout: the batch's. */
  readonly #firstRow: number;
  readonly #warmUpRandom: Random;
  readonly #replayRandom: Random;
  /** A deterministic policy has no distribution to tell the entropy or the spread of. */
  readonly #figures: GradientMetrics = {
    policyLoss: Number.NaN,
    valueLoss: Number.NaN,
    entropy: Number.NaN,
    gradientNorm: Number.NaN,
    policyMean: Number.NaN,
    policyStandardDeviation: Number.NaN,
    approximateKl: Number.NaN,
    clipFraction: Number.NaN,
  };
  #steps = 0;
  #progress = 0;
  #coverage: GradientCoverage = 'nothing';

  constructor({ spec, definition, random, bindKernels }: DeepDeterministicPolicyGradientOptions) {
    const { ddpg, policy: policySpec } = spec;
    const { actionSpace } = definition;
    if (ddpg === null || policySpec.type !== 'deterministic' || actionSpace.type !== 'box') {
      throw new RangeError('ddpg needs its settings, a deterministic policy and a box of actions');
    }
    const shape = planRollout(spec, definition);
    const { capacity, environments, observationSize, actionSize } = shape;
    const { batchSize } = ddpg;
    const plan = new KernelMemoryPlan();
    const networkShape = describeNetwork(spec, definition);
    const learned = new DeterministicActorCriticNetwork(plan, networkShape, {
      actor: batchSize + capacity,
      critic: batchSize,
    });
    const target = new DeterministicActorCriticNetwork(plan, networkShape, {
      actor: batchSize,
      critic: batchSize,
    });
    const policy = createPolicy(plan, {
      spec: policySpec,
      spaces: definition,
      hasMask: false,
      network: learned,
      capacity: batchSize + capacity,
      environments,
    });
    const memory = plan.build();
    const kernels = bindKernels(memory);

    this.#spec = spec;
    this.#warmUp = ddpg.warmUp;
    this.#actionSpace = actionSpace;
    this.#shape = shape;
    this.#kernels = kernels;
    this.#learned = learned;
    this.#target = new TargetNetwork(ddpg.targetUpdate, { learned, network: target, memory });
    this.#policy = policy;
    this.#noise = createExplorationNoise({
      spec: ddpg.noise,
      actionSpace,
      environments,
      random: random.split(NOISE_STREAM),
    });
    this.#firstRow = batchSize;
    this.#warmUpRandom = random.split(WARM_UP_STREAM);
    this.#replayRandom = random.split(REPLAY_STREAM);
    this.replay = new ReplayBuffer({ capacity: ddpg.replaySize, observationSize, actionSize });
    this.#replayed = new ReplayedGradient({
      replay: this.replay,
      batchSize,
      observationSize,
      actionSpace,
      discount: spec.discount,
      huberThreshold: ddpg.huberThreshold,
      rule: chooseRule(policySpec, ddpg),
      mapping: new ActionMapping(policySpec, actionSpace),
      learned,
      target,
      memory,
      kernels,
      random: this.#replayRandom,
    });
    this.parameters = memory.view(learned.parameters, learned.layout.size);
    this.gradient = memory.view(learned.gradient, learned.layout.size);
    const viewRows = (address: number, rowSize: number): Float32Array =>
      memory.view(address + batchSize * rowSize * FLOAT_BYTES, capacity * rowSize);
    this.#noiseRows = viewRows(policy.noise, actionSize);
    this.rollout = new Rollout(shape, {
      observations: viewRows(learned.observations, observationSize),
      actions: viewRows(policy.actions, actionSize),
      mask: null,
    });
  }

  get coverage(): GradientCoverage {
    return this.#coverage;
  }

  beginRollout(areParametersNew: boolean, progress: number): void {
    this.#progress = progress;
    if (areParametersNew) this.#learned.refresh(this.#kernels);
  }

  chooseActions(step: number): void {
    const { environments, steps, actionSize } = this.#shape;
    const firstRow = step * environments;
    // Before the first step of a rollout come the ends of the last step of the rollout before, which are still there.
    const previousRow = ((step + steps - 1) % steps) * environments;
    for (let environment = 0; environment < environments; environment += 1) {
      if (this.rollout.ends[previousRow + environment] !== CONTINUES) this.#noise.reset(environment);
      this.#noise.next(environment, this.#noiseRows, (firstRow + environment) * actionSize);
    }
    if (this.#steps < this.#warmUp.criticSteps && isBounded(this.#actionSpace)) {
      this.#drawUniformActions(firstRow);
      return;
    }
    this.#learned.forwardPolicy(this.#kernels, this.#firstRow + firstRow, environments);
    this.#policy.sample(this.#kernels, this.#firstRow + firstRow, environments);
  }

  learn(exchange: GradientExchange): boolean | Promise<boolean> {
    return exchange.send(this.computeGradient());
  }

  computeGradient(): GradientMetrics {
    this.replay.add(this.rollout);
    this.#steps += this.rollout.actedRows;
    this.#coverage = this.#chooseCoverage();
    if (this.#coverage === 'nothing') return this.#figures;
    this.#target.follow(this.#kernels);
    this.#replayed.drawBatch();
    const figures = this.#figures;
    if (this.#coverage === 'everything') figures.policyLoss = this.#replayed.differentiateActor();
    else this.#replayed.skipActor();
    figures.valueLoss = this.#replayed.differentiateCritic();
    figures.gradientNorm = this.#clip();
    return figures;
  }

  getState(): AlgorithmState {
    const { actedRows, environments } = this.#shape;
    return {
      ...this.replay.getState(),
      ...this.#target.getState(),
      ...this.#noise.getState(),
      steps: this.#steps,
      warmUpRandom: this.#warmUpRandom.getState(),
      replayRandom: this.#replayRandom.getState(),
      // The noise of the next rollout's first step depends on which episodes ended with this one's last.
      lastEnds: this.rollout.ends.slice(actedRows - environments),
    };
  }

  setState(state: AlgorithmState): void {
    const { actedRows, environments } = this.#shape;
    this.replay.setState(state);
    this.#target.setState(state, this.#kernels);
    this.#noise.setState(state);
    this.#steps = takeNumber(state, 'steps');
    this.#warmUpRandom.setState(takeNumbers(state, 'warmUpRandom'));
    this.#replayRandom.setState(takeNumbers(state, 'replayRandom'));
    this.rollout.ends.set(takeUint8(state, 'lastEnds'), actedRows - environments);
  }

  #chooseCoverage(): GradientCoverage {
    const { criticSteps, actorSteps } = this.#warmUp;
    if (this.#steps < criticSteps) return 'nothing';
    return this.#steps < actorSteps ? 'critic' : 'everything';
  }

  #drawUniformActions(firstRow: number): void {
    const { low, high } = this.#actionSpace;
    const { environments, actionSize } = this.#shape;
    const { actions } = this.rollout;
    for (let row = firstRow; row < firstRow + environments; row += 1) {
      for (let index = 0; index < actionSize; index += 1) {
        actions[row * actionSize + index] = this.#warmUpRandom.nextUniform(low[index]!, high[index]!);
      }
    }
  }

  /** Clips actor and critic each by itself, since the size of one says nothing of the other's; the norm is of both. */
  #clip(): number {
    const { gradient, layout } = this.#learned;
    const { trainableSize: size, criticOffset } = layout;
    const actorNorm = clipGradient(this.#kernels, gradient, criticOffset, this.#spec, this.#progress);
    const critic = gradient + criticOffset * FLOAT_BYTES;
    const criticNorm = clipGradient(this.#kernels, critic, size - criticOffset, this.#spec, this.#progress);
    return Math.hypot(actorNorm, criticNorm);
  }
}

function chooseRule(
  { outputActivation }: DeterministicPolicySpec,
  { invertGradients }: DdpgSpec,
): ActionGradientRule {
  if (outputActivation === 'tanh') return 'tanh';
  return invertGradients ? 'inverting' : 'linear';
}
