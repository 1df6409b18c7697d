// A trained policy that chooses the actions of many observations at once. It knows their rows one by one, so that its
// user can say which of them is wrong.
import { describeValue } from '../../shared/environments/custom/environment-errors.ts';
import { countModelBytes } from '../../shared/engines/count-model-bytes.ts';
import type { Engine, PolicyModelOptions } from '../../shared/engines/engine.ts';
import type { PolicyModel } from '../../shared/engines/policy-model.ts';
import type { ModelSize } from '../../shared/engines/model-size.ts';
import type { InputIssue } from '../../shared/errors/app-error.ts';
import { Random } from '../../shared/random/random.ts';
import { flatSize, listChoices, type ActionSpace, type BoxSpace } from '../../shared/spaces/space.ts';
import { createActionReader, type ActionReader } from '../create-action-reader.ts';
import type { PolicyAction, PolicyOptions } from '../policy.ts';
import { readActionMask } from '../read-action-mask.ts';
import { findObservationIssue } from './find-observation-issue.ts';

/** Rows that are computed at once: more are hardly faster, and take memory. */
const mostRows = 64;
/** A network with large layers computes fewer rows at once. */
const mostBytes = 32 * 1024 * 1024;

export interface RowPolicyOptions extends PolicyOptions {
  /** A new seed of the actions that are drawn without one. */
  readonly seed: number;
}

export class RowPolicy {
  /** Id of the environment that the policy was trained in. */
  readonly environment: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: ActionSpace;
  /** Number of training steps behind the weights; null for models that do not say so. */
  readonly trainingSteps: number | null;
  /** Whether each row needs a mask. */
  readonly needsMask: boolean;
  /** Size of a row's mask; 0 if its actions are a box. */
  readonly maskSize: number;
  /** Size of the state of a row; 0 unless the policy is recurrent. */
  readonly stateSize: number;
  /** Number of rows that are computed at once. */
  readonly capacity: number;
  /** Size of the model in memory. */
  readonly bytes: number;
  /** V of the rows, after `choose`; null without a critic. */
  readonly values: Float32Array | null;
  readonly #engine: Engine;
  readonly #model: PolicyModel;
  readonly #size: number;
  readonly #alternatives: readonly number[];
  readonly #masks: readonly Float32Array[];
  readonly #states: readonly Float32Array[];
  readonly #readRow: ActionReader;
  readonly #random: Random;

  constructor({ card, engine, shape, parameters, seed }: RowPolicyOptions) {
    const { observationSpace, actionSpace, policy } = card;
    const isChoice = actionSpace.type !== 'box';
    const size = flatSize(observationSpace);
    const options = {
      shape,
      policy,
      spaces: { observationSpace, actionSpace },
      hasActionMask: isChoice,
      observationSize: size,
    };
    const rows = fitRows(engine, options);
    const model = engine.createPolicy({ ...options, rows, samples: true });
    model.parameters.set(parameters);
    model.refresh();
    const { mask, recurrence } = model;
    this.environment = card.environment;
    this.observationSpace = observationSpace;
    this.actionSpace = actionSpace;
    this.trainingSteps = card.trainingSteps;
    this.needsMask = isChoice && card.hasActionMask === true;
    this.maskSize = (mask?.length ?? 0) / rows;
    this.stateSize = recurrence?.carriedSize ?? 0;
    this.capacity = rows;
    this.bytes = model.bytes;
    this.values = model.values;
    this.#engine = engine;
    this.#model = model;
    this.#size = size;
    this.#alternatives = listChoices(actionSpace);
    this.#masks = mask === null ? [] : splitRows(mask, rows);
    this.#states =
      recurrence === null ? [] : splitRows(new Float32Array(rows * recurrence.carriedSize), rows);
    this.#readRow = createActionReader(actionSpace);
    this.#random = Random.fromSeed(seed);
  }

  /** Reads the observation of a row, flat in row-major order or nested like its space. Returns what is wrong with it. */
  readObservation(row: number, observation: unknown): InputIssue | null {
    const { observations } = this.#model;
    const size = this.#size;
    const offset = row * size;
    if (!Array.isArray(observation) || observation.length !== size) return this.#readNested(row, observation);
    let sum = 0;
    for (let index = 0; index < size; index += 1) {
      const value: unknown = observation[index];
      if (typeof value !== 'number') return this.#readNested(row, observation);
      observations[offset + index] = value;
      // 0 × ±∞ and 0 × NaN are NaN, which stays. Observations are float32: larger numbers count as infinite.
      sum += 0 * (observations[offset + index] ?? 0);
    }
    return sum === 0 ? null : this.#readNested(row, observation);
  }

  /** Reads the mask of a row; undefined: every action is allowed. Returns what is wrong with it. */
  readMask(row: number, mask: unknown): string | null {
    const target = this.#masks[row];
    if (target === undefined) return mask === undefined ? null : 'the actions are a box: leave the masks out';
    if (mask !== undefined) return readActionMask(mask, this.#alternatives, target);
    if (this.needsMask) return `required: the policy was trained with masks of ${this.maskSize} elements`;
    target.fill(1);
    return null;
  }

  /** Reads the state of a row; null: its episode begins. Returns what is wrong with it. */
  readState(row: number, state: unknown): string | null {
    const { recurrence } = this.#model;
    const target = this.#states[row];
    if (recurrence === null || target === undefined)
      return state === null ? null : 'the policy remembers nothing: leave the states out';
    if (state === null) {
      recurrence.carry(row, null);
      recurrence.followCarried(row, row);
      return null;
    }
    if (!Array.isArray(state) || state.length !== target.length) {
      const found = Array.isArray(state) ? `${state.length} numbers` : describeValue(state);
      return `expected the ${target.length} numbers of an earlier answer, or null at the start of an episode, not ${found}`;
    }
    for (let index = 0; index < target.length; index += 1) {
      const value: unknown = state[index];
      target[index] = typeof value === 'number' ? value : Number.NaN;
      if (!Number.isFinite(target[index])) return `number ${index} is ${describeValue(value)}`;
    }
    recurrence.writeCarried(row, target);
    recurrence.followCarried(row, row);
    return null;
  }

  /** Chooses the most probable actions of rows 0 … rows−1 and computes their values. */
  choose(rows: number): void {
    this.#model.chooseMode(rows);
    this.#model.computeValues(rows);
  }

  /** Draws the actions of rows 0 … rows−1 and computes their values; null: with random numbers of the policy's own. */
  draw(rows: number, random: Random | null): void {
    this.#model.sample(rows, random ?? this.#random);
    this.#model.computeValues(rows);
  }

  /** The action of a row, inside the action space; null if its observation is too large to compute one. */
  readAction(row: number): PolicyAction | null {
    const { actions, actionSize } = this.#model;
    return this.#readRow(actions, row * actionSize);
  }

  /** The state after a row, for its next observation. It is valid until the next call. */
  takeState(row: number): Float32Array {
    const target = this.#states[row] ?? new Float32Array(0);
    this.#model.recurrence?.carry(row, row);
    this.#model.recurrence?.readCarried(row, target);
    return target;
  }

  /** Releases what the engine holds outside of JavaScript's memory. */
  close(): void {
    this.#engine.close();
  }

  #readNested(row: number, observation: unknown): InputIssue | null {
    const { shape } = this.observationSpace;
    const target = this.#model.observations.subarray(row * this.#size, (row + 1) * this.#size);
    return findObservationIssue(observation, shape, target);
  }
}

function splitRows(numbers: Float32Array, rows: number): Float32Array[] {
  const size = numbers.length / rows;
  return Array.from({ length: rows }, (_, row) => numbers.subarray(row * size, (row + 1) * size));
}

/** Returns the number of rows whose model takes a reasonable amount of memory; at least one. */
function fitRows({ name }: Engine, options: Omit<PolicyModelOptions, 'rows'>): number {
  const { shape } = options;
  const describe = (capacity: number): ModelSize =>
    shape.criticActionSize === undefined
      ? { type: 'actorCritic', capacity, lossRows: 0, environments: capacity }
      : { type: 'deterministic', capacity, batchSize: 0 };
  const count = (rows: number): number =>
    countModelBytes(name === 'tfjs' ? 'tfjs' : 'wasm', options, [describe(rows)]);
  const fixed = count(1);
  let rows = mostRows;
  while (rows > 1 && count(rows) - fixed > mostBytes) rows /= 4;
  return rows;
}
