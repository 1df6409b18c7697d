// Deep deterministic policy gradients (Lillicrap et al. 2016, arXiv 1509.02971): a critic Q(s, a) learns the values of
// actions from replayed transitions, and the actor μ(s) climbs it. Here each worker has a replay buffer of its own
// environments' transitions and its own target network; the master applies the gradients of all workers.
import type { GradientLimits } from '../../../shared/engines/actor-critic-model.ts';
import { createEmptyMetrics, type GradientMetrics } from '../../../shared/measures/measures.ts';
import type { DeterministicModel } from '../../../shared/engines/deterministic-model.ts';
import { takeNumber, takeNumbers, takeUint8, type ModelState } from '../../../shared/engines/model-state.ts';
import type { DdpgSpec } from '../../../shared/algorithms/ddpg/ddpg-spec.ts';
import type { JobSpec } from '../../../shared/job/job-spec.ts';
import { scheduleMaxNorm } from '../../../shared/optimizers/schedule.ts';
import type { GradientCoverage } from '../../../shared/protocol/gradient-buffer.ts';
import type { Random } from '../../../shared/random/random.ts';
import { CONTINUES } from '../../../shared/returns/generalized-advantage.ts';
import { isBounded, type BoxSpace } from '../../../shared/spaces/space.ts';
import { planRollout, Rollout, type RolloutShape } from '../../rollout.ts';
import type { Algorithm, AlgorithmOptions, TrainingConditions } from '../algorithm.ts';
import type { GradientExchange } from '../gradient-exchange.ts';
import { createExplorationNoise, type ExplorationNoise } from './exploration-noise.ts';
import { ReplayBuffer } from './replay-buffer.ts';

const NOISE_STREAM = 0;
const REPLAY_STREAM = 1;
const WARM_UP_STREAM = 2;

/** Metrics while the replay buffer is being filled. */
const noMetrics = createEmptyMetrics();

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
  readonly #model: DeterministicModel;
  readonly #noise: ExplorationNoise;
  readonly #warmUpRandom: Random;
  readonly #replayRandom: Random;
  readonly #limits: { -readonly [Limit in keyof GradientLimits]: GradientLimits[Limit] };
  #steps = 0;
  #progress = 0;
  #coverage: GradientCoverage = 'nothing';

  constructor({ spec, definition, network, random, engine }: AlgorithmOptions) {
    const { ddpg, policy } = spec;
    const { actionSpace } = definition;
    if (ddpg === null || policy.type !== 'deterministic' || actionSpace.type !== 'box') {
      throw new RangeError('ddpg needs its settings, a deterministic policy and a box of actions');
    }
    const shape = planRollout(spec, definition);
    const { capacity, environments, observationSize, actionSize } = shape;
    const model = engine.createDeterministic({
      shape: network,
      policy,
      spaces: definition,
      actionSpace,
      observationSize,
      capacity,
      batchSize: ddpg.batchSize,
      settings: { ...ddpg, discount: spec.discount },
    });
    this.#spec = spec;
    this.#warmUp = ddpg.warmUp;
    this.#actionSpace = actionSpace;
    this.#shape = shape;
    this.#model = model;
    this.#noise = createExplorationNoise({
      spec: ddpg.noise,
      actionSpace,
      environments,
      random: random.split(NOISE_STREAM),
    });
    this.#warmUpRandom = random.split(WARM_UP_STREAM);
    this.#replayRandom = random.split(REPLAY_STREAM);
    this.#limits = { maxNorm: null, maxValue: spec.maxGradientValue };
    this.replay = new ReplayBuffer({ capacity: ddpg.replaySize, observationSize, actionSize });
    this.parameters = model.parameters;
    this.gradient = model.gradient;
    this.rollout = new Rollout(shape, { ...model, mask: null });
  }

  get coverage(): GradientCoverage {
    return this.#coverage;
  }

  beginRollout(areParametersNew: boolean, { progress }: TrainingConditions): void {
    this.#progress = progress;
    if (areParametersNew) this.#model.refresh();
  }

  chooseActions(step: number): void {
    const { environments, steps, actionSize } = this.#shape;
    const firstRow = step * environments;
    // The step before a rollout's first one is the last step of the previous rollout; its ends are still in the buffer.
    const previousRow = ((step + steps - 1) % steps) * environments;
    for (let environment = 0; environment < environments; environment += 1) {
      if (this.rollout.ends[previousRow + environment] !== CONTINUES) this.#noise.reset(environment);
      this.#noise.next(environment, this.#model.noise, (firstRow + environment) * actionSize);
    }
    if (this.#steps < this.#warmUp.criticSteps && isBounded(this.#actionSpace)) {
      this.#drawUniformActions(firstRow);
      return;
    }
    this.#model.act(firstRow, environments);
  }

  learn(exchange: GradientExchange): boolean | Promise<boolean> {
    return exchange.send(this.computeGradient());
  }

  computeGradient(): GradientMetrics {
    this.replay.add(this.rollout);
    this.#steps += this.rollout.actedRows;
    this.#coverage = this.#chooseCoverage();
    if (this.#coverage === 'nothing') return noMetrics;
    this.#model.followTargets();
    this.replay.draw(this.#replayRandom, this.#model.batch);
    this.#limits.maxNorm = scheduleMaxNorm(this.#spec, this.#progress);
    return this.#model.differentiate(this.#coverage, this.#limits);
  }

  getState(): ModelState {
    const { actedRows, environments } = this.#shape;
    return {
      ...this.replay.getState(),
      ...this.#model.getState(),
      ...this.#noise.getState(),
      steps: this.#steps,
      warmUpRandom: this.#warmUpRandom.getState(),
      replayRandom: this.#replayRandom.getState(),
      // The noise of the next rollout's first step depends on which episodes ended at this rollout's last step.
      lastEnds: this.rollout.ends.slice(actedRows - environments),
    };
  }

  setState(state: ModelState): void {
    const { actedRows, environments } = this.#shape;
    this.replay.setState(state);
    this.#model.setState(state);
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
}
