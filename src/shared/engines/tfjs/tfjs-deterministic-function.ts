// Network function of deterministic policy gradients on TensorFlow.js.
import * as tf from '@tensorflow/tfjs-core';
import { countElements } from '../../network/shape.ts';
import type { DeterministicArrays, DeterministicFunction, RowRange } from '../network-function.ts';
import { createFunction, readRows, readRowShape, weigh, writeRows, type Compute } from './model-function.ts';
import type { ModelParts } from './load-model-parts.ts';
import { WeightVariables } from './weight-variables.ts';

export class TfjsDeterministicFunction implements DeterministicFunction {
  readonly #arrays: DeterministicArrays;
  readonly #weights: WeightVariables;
  readonly #observationShape: readonly number[];
  readonly #actionSize: number;
  readonly #observationSize: number;
  readonly #policy: Compute;
  readonly #value: Compute;

  constructor({ model, observation, action, policy, value }: ModelParts, arrays: DeterministicArrays) {
    if (action === null || value === null) throw new RangeError('the model has no critic of actions');
    this.#arrays = arrays;
    this.#weights = new WeightVariables(model, arrays);
    this.#observationShape = readRowShape(observation);
    this.#observationSize = countElements(this.#observationShape);
    this.#actionSize = countElements(readRowShape(action));
    this.#policy = createFunction([observation], [policy]);
    this.#value = createFunction([observation, action], [value]);
  }

  refresh(): void {
    this.#weights.read();
  }

  forwardPolicy(rows: RowRange): void {
    tf.tidy(() => {
      const [outputs] = this.#policy([this.#readObservations(rows)]);
      if (outputs) writeRows(this.#arrays.policyOutputs, rows.first, outputs);
    });
  }

  forwardCritic(rows: number): void {
    tf.tidy(() => {
      const [values] = this.#value(this.#readPairs(rows));
      if (values) writeRows(this.#arrays.values, 0, values);
    });
  }

  backwardPolicy(rows: number): void {
    const { policyGradient, layout } = this.#arrays;
    const range = { first: 0, end: rows };
    const variables = this.#weights.list(0, layout.criticOffset);
    tf.tidy(() => {
      const observations = this.#readObservations(range);
      const weights = [readRows(policyGradient, range, [this.#actionSize])];
      const { grads } = tf.variableGrads(() => weigh(this.#policy([observations]), weights), variables);
      const gradients = variables.map(({ name }) => grads[name] ?? null);
      this.#weights.writeGradients(0, layout.criticOffset, gradients);
    });
  }

  backwardCritic(rows: number): void {
    const { valueGradient, pairGradient, layout } = this.#arrays;
    const variables = this.#weights.list(layout.criticOffset, layout.trainableSize);
    tf.tidy(() => {
      const [observations, actions] = this.#readPairs(rows);
      if (!observations || !actions) return;
      const weights = [readRows(valueGradient, { first: 0, end: rows }, [1])];
      const differentiate = tf.grads(() => weigh(this.#value([observations, actions]), weights));
      const [actionGradient, ...gradients] = differentiate([actions, ...variables]);
      this.#weights.writeGradients(layout.criticOffset, layout.trainableSize, gradients);
      if (actionGradient) this.#writeActionGradient(actionGradient.dataSync<'float32'>(), pairGradient, rows);
    });
  }

  #writeActionGradient(gradient: Float32Array, pairGradient: Float32Array, rows: number): void {
    const observationSize = this.#observationSize;
    const actionSize = this.#actionSize;
    const pairSize = observationSize + actionSize;
    for (let row = 0; row < rows; row += 1) {
      const part = gradient.subarray(row * actionSize, (row + 1) * actionSize);
      pairGradient.set(part, row * pairSize + observationSize);
    }
  }

  #readObservations(rows: RowRange): tf.Tensor {
    return readRows(this.#arrays.observations, rows, this.#observationShape);
  }

  /** Observations and actions of the first pairs. */
  #readPairs(rows: number): tf.Tensor[] {
    const observationSize = this.#observationSize;
    const pairSize = observationSize + this.#actionSize;
    const pairs = readRows(this.#arrays.pairs, { first: 0, end: rows }, [pairSize]);
    const observations = tf.slice(pairs, [0, 0], [rows, observationSize]);
    return [
      tf.reshape(observations, [rows, ...this.#observationShape]),
      tf.slice(pairs, [0, observationSize], [rows, this.#actionSize]),
    ];
  }
}
