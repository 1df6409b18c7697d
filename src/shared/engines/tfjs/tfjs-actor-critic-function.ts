// Actor-critic network function on TensorFlow.js. Acting computes what it needs, and the gradient computes the whole
// rollout again, with a tape. Networks with states are unrolled range by range.
import * as tf from '@tensorflow/tfjs-core';
import type {
  ActorCriticArrays,
  ActorCriticFunction,
  FunctionStates,
  RowRange,
  StateSlotArray,
} from '../network-function.ts';
import {
  createFunction,
  createTrainingPass,
  readRows,
  readRowShape,
  weigh,
  writeRows,
  type Compute,
} from './model-function.ts';
import { countRunningNumbers } from '../../network/parameter-layout.ts';
import type { ModelParts } from './load-model-parts.ts';
import { WeightVariables } from './weight-variables.ts';

/** Functions of the observation. */
interface NetworkParts {
  /** Gives policy outputs, and the head's inputs if a policy reads them. */
  readonly policy: Compute;
  /** Null without a critic. */
  readonly value: Compute | null;
}

export class TfjsActorCriticFunction implements ActorCriticFunction {
  readonly #arrays: ActorCriticArrays;
  readonly #weights: WeightVariables;
  readonly #observationShape: readonly number[];
  readonly #policyShape: readonly number[];
  readonly #stateShapes: readonly (readonly number[])[];
  readonly #hasCritic: boolean;
  /** The parts that acting and judging need alone; null for a network with states, which computes everything at once. */
  readonly #parts: NetworkParts | null;
  /** A pass that moves the running statistics of layers; null for a network without them. */
  readonly #train: Compute | null;
  /** Observation and states to policy outputs, head inputs, values and states: those that there are. */
  readonly #everything: Compute;

  constructor(
    { model, observation, policy, features, value, states }: ModelParts,
    arrays: ActorCriticArrays,
  ) {
    const policyParts = arrays.policyFeatures === null || features === null ? [policy] : [policy, features];
    this.#arrays = arrays;
    this.#weights = new WeightVariables(model, arrays);
    this.#observationShape = readRowShape(observation);
    this.#policyShape = readRowShape(policy);
    this.#hasCritic = value !== null;
    this.#stateShapes = states.map(({ input }) => readRowShape(input));
    const hasStates = states.length > 0;
    this.#parts = hasStates
      ? null
      : {
          policy: createFunction([observation], policyParts),
          value: value && createFunction([observation], [value]),
        };
    const hasRunning = countRunningNumbers(arrays.layout) > 0;
    this.#train = hasRunning ? createTrainingPass([observation], value ? [policy, value] : [policy]) : null;
    this.#everything = createFunction(
      [observation, ...states.map(({ input }) => input)],
      [...policyParts, ...(value ? [value] : []), ...states.map(({ output }) => output)],
    );
  }

  refresh(): void {
    this.#weights.read();
  }

  forward(outputs: 'policy' | 'values', rows: RowRange): void {
    tf.tidy(() => {
      const { recurrence } = this.#arrays;
      if (recurrence !== null) this.#forwardStates(recurrence, rows);
      else if (this.#parts) this.#forwardPart(this.#parts, outputs, rows);
    });
  }

  backward(ranges: readonly RowRange[]): void {
    const { trainableSize } = this.#arrays.layout;
    const variables = this.#weights.list(0, trainableSize);
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => this.#weighRows(ranges), variables);
      this.#weights.writeGradients(
        0,
        trainableSize,
        variables.map(({ name }) => grads[name] ?? null),
      );
    });
  }

  measureRunning(rows: number, target: Float64Array): void {
    const train = this.#train;
    if (train === null) return;
    target[0] = 1;
    tf.tidy(() => {
      train([this.#readObservations({ first: 0, end: rows })]);
      this.#weights.takeRunning(target, 1);
    });
  }

  #forwardPart({ policy, value }: NetworkParts, outputs: 'policy' | 'values', rows: RowRange): void {
    const observations = [this.#readObservations(rows)];
    if (outputs === 'policy') this.#writePolicy(policy(observations), rows);
    else if (value) this.#writeValues(value(observations), rows);
  }

  #forwardStates(recurrence: FunctionStates, rows: RowRange): void {
    const { states } = recurrence;
    const outputs = this.#everything([
      this.#readObservations(rows),
      ...states.map((state, index) =>
        tf.reshape(readStates(recurrence, state, rows), [
          rows.end - rows.first,
          ...(this.#stateShapes[index] ?? []),
        ]),
      ),
    ]);
    const rest = this.#writeValues(this.#writePolicy(outputs, rows), rows);
    states.forEach(({ slots, size }, index) => {
      const output = rest[index];
      if (output) slots.set(output.dataSync<'float32'>(), (1 + recurrence.environments + rows.first) * size);
    });
  }

  /** Writes the policy's outputs and returns the tensors after them. */
  #writePolicy([outputs, ...rest]: readonly tf.Tensor[], { first }: RowRange): tf.Tensor[] {
    const { policyOutputs, policyFeatures } = this.#arrays;
    if (outputs) writeRows(policyOutputs, first, outputs);
    if (policyFeatures === null) return rest;
    const [features, ...others] = rest;
    if (features) writeRows(policyFeatures, first, features);
    return others;
  }

  #writeValues(tensors: readonly tf.Tensor[], { first }: RowRange): tf.Tensor[] {
    const { values } = this.#arrays;
    if (values === null) return [...tensors];
    const [outputs, ...rest] = tensors;
    if (outputs) writeRows(values, first, outputs);
    return rest;
  }

  #readObservations(rows: RowRange): tf.Tensor {
    return readRows(this.#arrays.observations, rows, this.#observationShape);
  }

  /** Σ gradient·output over all rows, which is differentiated. */
  #weighRows(ranges: readonly RowRange[]): tf.Scalar {
    const { recurrence, policyFeatures } = this.#arrays;
    const unrolled = recurrence && new UnrolledStates(recurrence);
    const policies: tf.Tensor[] = [];
    const values: tf.Tensor[] = [];
    const merged = recurrence === null ? mergeRanges(ranges) : ranges;
    for (const rows of merged) {
      const [policy, ...others] = this.#everything([
        this.#readObservations(rows),
        ...(unrolled?.gather(rows) ?? []).map((states, index) =>
          tf.reshape(states, [rows.end - rows.first, ...(this.#stateShapes[index] ?? [])]),
        ),
      ]);
      const rest = policyFeatures === null ? others : others.slice(1);
      if (policy) policies.push(policy);
      const [value] = rest;
      if (this.#hasCritic && value) values.push(value);
      const states = this.#hasCritic ? rest.slice(1) : rest;
      unrolled?.append(
        rows,
        states.map((state) => tf.reshape(state, [rows.end - rows.first, -1])),
      );
    }
    return this.#weighOutputs({ first: 0, end: ranges.at(-1)?.end ?? 0 }, policies, values);
  }

  #weighOutputs(rows: RowRange, policies: tf.Tensor[], values: tf.Tensor[]): tf.Scalar {
    const { policyGradient, valueGradient } = this.#arrays;
    const outputs = [tf.concat(policies)];
    const weights = [readRows(policyGradient, rows, this.#policyShape)];
    if (valueGradient !== null && values.length > 0) {
      outputs.push(tf.concat(values));
      weights.push(readRows(valueGradient, rows, [1]));
    }
    return weigh(outputs, weights);
  }
}

function mergeRanges(ranges: readonly RowRange[]): RowRange[] {
  return [{ first: ranges[0]?.first ?? 0, end: ranges.at(-1)?.end ?? 0 }];
}

/** Copies the states that rows continue from. */
function readStates(
  { findSlot }: FunctionStates,
  { slots, size }: StateSlotArray,
  rows: RowRange,
): tf.Tensor {
  const count = rows.end - rows.first;
  const states = new Float32Array(count * size);
  for (let index = 0; index < count; index += 1) {
    const from = findSlot(rows.first + index) * size;
    states.set(slots.subarray(from, from + size), index * size);
  }
  return tf.tensor2d(states, [count, size]);
}

/** States of an unrolled network as tensors on the tape, range by range. */
class UnrolledStates {
  readonly #recurrence: FunctionStates;
  /** States after the rows of each range. */
  readonly #ranges: { readonly rows: RowRange; readonly states: readonly tf.Tensor[] }[] = [];

  constructor(recurrence: FunctionStates) {
    this.#recurrence = recurrence;
  }

  append(rows: RowRange, states: readonly tf.Tensor[]): void {
    this.#ranges.push({ rows, states });
  }

  /** Gathers the states that rows continue from: constants, and those after rows of earlier ranges. */
  gather(rows: RowRange): tf.Tensor[] {
    const { environments, findSlot, states } = this.#recurrence;
    const firstRowSlot = 1 + environments;
    const slots = Array.from({ length: rows.end - rows.first }, (_, index) => findSlot(rows.first + index));
    const sources = this.#ranges.filter(({ rows: { first, end } }) =>
      slots.some((slot) => slot >= firstRowSlot + first && slot < firstRowSlot + end),
    );
    // The table has the constants first, then the states of the source ranges.
    const starts: number[] = [];
    let length = firstRowSlot;
    for (const { rows: source } of sources) {
      starts.push(length);
      length += source.end - source.first;
    }
    // A product with a matrix of zeros and ones, because some backends cannot differentiate tf.gather.
    const selection = tf.buffer([slots.length, length]);
    slots.forEach((slot, index) => {
      selection.set(1, index, this.#locate(slot - firstRowSlot, sources, starts) ?? slot);
    });
    const matrix = selection.toTensor();
    return states.map(({ slots: numbers, size }, state) => {
      const constants = tf.tensor2d(numbers.slice(0, firstRowSlot * size), [firstRowSlot, size]);
      const table = [constants, ...sources.flatMap((source) => source.states[state] ?? [])];
      return tf.matMul(matrix, table.length === 1 ? constants : tf.concat(table));
    });
  }

  /** Returns the place of a row's state in the table; null for negative rows, which are constants. */
  #locate(
    row: number,
    sources: readonly { readonly rows: RowRange }[],
    starts: readonly number[],
  ): number | null {
    if (row < 0) return null;
    const index = sources.findIndex(({ rows: { first, end } }) => row >= first && row < end);
    return (starts[index] ?? 0) + row - (sources[index]?.rows.first ?? 0);
  }
}
