// A trained policy that chooses actions, one observation at a time.
import { describeValue } from '../shared/environments/custom/environment-errors.ts';
import type { Observation } from '../shared/environments/custom/custom-environment.ts';
import { readObservation } from '../shared/environments/custom/read-observation.ts';
import type { Engine, PolicyModelOptions } from '../shared/engines/engine.ts';
import type { PolicyModel } from '../shared/engines/policy-model.ts';
import { Random } from '../shared/random/random.ts';
import { flatSize, listChoices, type ActionSpace, type BoxSpace } from '../shared/spaces/space.ts';
import type { PolicyNetworkModel } from './card/read-policy-model.ts';
import type { PolicyCard } from './card/read-policy-card.ts';
import { createActionReader, type ActionReader } from './create-action-reader.ts';
import { PredictionInputError } from './policy-errors.ts';
import { PolicySampler, type ActingModel } from './policy-sampler.ts';
import { readActionMask } from './read-action-mask.ts';

/** The number of a discrete action; otherwise one number per choice, or per element of a box in row-major order. */
export type PolicyAction = number | number[];

/** What a recurrent policy remembers. It belongs to one episode; its numbers have no meaning outside the policy. */
export type PolicyState = Float32Array;

export type ActionMask = readonly (number | boolean)[] | Uint8Array | Float32Array;

export interface PredictOptions {
  /**
   * 1 or true for each allowed action; for several choices, all of them one after another. Required if the policy was
   * trained with masks.
   */
  readonly mask?: ActionMask | undefined;
  /**
   * True (the default) for the most probable action, as evaluations play; false to draw one. A deterministic policy
   * (ddpg) has only one action.
   */
  readonly deterministic?: boolean;
  /**
   * For a recurrent policy, the state of the previous prediction; null at the start of each episode. It is required
   * then, so that it cannot be forgotten. Other policies take null.
   */
  readonly state?: PolicyState | null | undefined;
  /** Source of drawn actions; default: one with a seed of its own. */
  readonly random?: Random | undefined;
}

export interface Prediction {
  /** As environments of this project take it: masked, and inside the action space. */
  readonly action: PolicyAction;
  /** State for the next step of the episode; null unless the policy is recurrent. */
  readonly state: PolicyState | null;
}

/** What a policy makes of an observation. */
export interface Inspection {
  /** Probability of each action; null unless the actions are discrete. */
  readonly probabilities: number[] | null;
  /** Expected discounted return, as the critic sees it; null for a policy without such a critic. */
  readonly value: number | null;
}

export interface PolicyOptions extends PolicyNetworkModel {
  readonly card: PolicyCard;
  readonly engine: Engine;
}

/**
 * Stateless: the state of a recurrent policy is passed in and out, as in Stable-Baselines3, so that one policy plays
 * many episodes at once; a missing state is an error here, because there it silently starts an episode at every step.
 */
export class Policy {
  /** Id of the environment that the policy was trained in. */
  readonly environment: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: ActionSpace;
  /** Number of training steps behind the weights; null for models that do not say so. */
  readonly trainingSteps: number | null;
  /** Whether `predict` needs a mask; false for models of older versions, which do not say so. */
  readonly needsMask: boolean;
  /** Whether `predict` needs the state of the previous step. */
  readonly isRecurrent: boolean;
  /** What computes the network: `wasm` or `tfjs`. */
  readonly engine: string;
  readonly #engine: Engine;
  readonly #modelOptions: PolicyModelOptions;
  readonly #model: PolicyModel;
  readonly #alternatives: readonly number[];
  readonly #readRow: ActionReader;
  readonly #isStochastic: boolean;
  #sampler: PolicySampler | null = null;
  #random: Random | null = null;

  constructor({ card, engine, shape, parameters }: PolicyOptions) {
    const { observationSpace, actionSpace, policy } = card;
    const isChoice = actionSpace.type !== 'box';
    this.environment = card.environment;
    this.trainingSteps = card.trainingSteps;
    this.observationSpace = observationSpace;
    this.actionSpace = actionSpace;
    this.needsMask = isChoice && card.hasActionMask === true;
    this.engine = engine.name;
    this.#engine = engine;
    this.#modelOptions = {
      shape,
      policy,
      spaces: { observationSpace, actionSpace },
      // Without a mask, every action is allowed.
      hasActionMask: isChoice,
      observationSize: flatSize(observationSpace),
      rows: 1,
    };
    this.#model = engine.createPolicy(this.#modelOptions);
    this.#model.parameters.set(parameters);
    this.#model.refresh();
    this.#alternatives = listChoices(actionSpace);
    this.#readRow = createActionReader(actionSpace);
    this.#isStochastic = policy.type !== 'deterministic';
    this.isRecurrent = this.#model.recurrence !== null;
  }

  /**
   * Chooses the action of a raw observation (not normalized), flat in row-major order or nested like its space. Throws
   * PredictionInputError if the observation, the mask or the state does not fit the policy.
   */
  predict(observation: Observation, options: PredictOptions = {}): Prediction {
    const { deterministic = true } = options;
    const sampler = deterministic || !this.#isStochastic ? null : this.#openSampler();
    const model = sampler?.model ?? this.#model;
    this.#readInputs(model, observation, options);
    if (sampler) sampler.draw(options.random ?? this.#openRandom());
    else this.#model.chooseMode(1);
    return { action: this.#readAction(model.actions), state: readState(model) };
  }

  /**
   * Says what the policy makes of an observation, without choosing an action. Takes the same mask and state as `predict`,
   * and throws the same errors.
   */
  inspect(observation: Observation, options: Pick<PredictOptions, 'mask' | 'state'> = {}): Inspection {
    if (!this.#isStochastic) return { probabilities: null, value: null };
    const sampler = this.#openSampler();
    this.#readInputs(sampler.model, observation, options);
    const { actionSpace } = this;
    return {
      probabilities: actionSpace.type === 'discrete' ? sampler.computeProbabilities(actionSpace.n) : null,
      value: sampler.computeValue(),
    };
  }

  /** Releases what the engine holds outside of JavaScript's memory; only TensorFlow.js does. */
  close(): void {
    this.#engine.close();
  }

  #readInputs(model: ActingModel, observation: Observation, { mask, state }: PredictOptions): void {
    const problem =
      readObservation(observation, this.observationSpace.shape, model.observations) ??
      this.#readMask(model, mask) ??
      readGivenState(model, state);
    if (problem === null) return;
    throw new PredictionInputError(`predict of a policy for ${this.environment} was given ${problem}`);
  }

  #readMask(model: ActingModel, mask: ActionMask | undefined): string | null {
    if (model.mask === null)
      return mask === undefined ? null : 'an action mask, but its actions are a box: leave the mask out';
    if (mask !== undefined) return readActionMask(mask, this.#alternatives, model.mask);
    if (this.needsMask)
      return `no action mask, and it was trained with masks of ${model.mask.length} elements: pass what the environment allows as \`mask\``;
    model.mask.fill(1);
    return null;
  }

  #readAction(actions: Float32Array): PolicyAction {
    const action = this.#readRow(actions, 0);
    if (action !== null) return action;
    throw new PredictionInputError(
      `predict of a policy for ${this.environment} was given an observation whose numbers are so large that the network cannot compute an action`,
    );
  }

  #openSampler(): PolicySampler {
    if (this.#sampler) return this.#sampler;
    const sampler = new PolicySampler(this.#engine, this.#modelOptions);
    sampler.model.parameters.set(this.#model.parameters);
    sampler.model.refresh();
    this.#sampler = sampler;
    return sampler;
  }

  #openRandom(): Random {
    this.#random ??= Random.fromSeed(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0);
    return this.#random;
  }
}

/** Makes row 0 continue from the given state. Returns null, or what is wrong with it. */
function readGivenState({ recurrence }: ActingModel, state: PolicyState | null | undefined): string | null {
  if (recurrence === null)
    return state === undefined || state === null
      ? null
      : 'a state, but it remembers nothing: leave the state out';
  if (state === undefined)
    return 'no state, and it remembers earlier steps: pass the `state` of its previous prediction, or null at the start of an episode';
  if (state === null) {
    recurrence.carry(0, null);
    return null;
  }
  const { carriedSize } = recurrence;
  if (!(state instanceof Float32Array) || state.length !== carriedSize) {
    const found =
      state instanceof Float32Array
        ? `a state of ${state.length} numbers`
        : `${describeValue(state)} as state`;
    return `${found}; expected the ${carriedSize} numbers of a prediction's \`state\``;
  }
  if (!state.every(Number.isFinite)) return 'a state that has numbers which are not finite';
  recurrence.writeCarried(0, state);
  return null;
}

function readState({ recurrence }: ActingModel): PolicyState | null {
  if (recurrence === null) return null;
  const state = new Float32Array(recurrence.carriedSize);
  recurrence.carry(0, 0);
  recurrence.readCarried(0, state);
  return state;
}
