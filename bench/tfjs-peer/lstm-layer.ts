// LSTM layer unrolled over the rows, with a state that is kept between calls. It uses plain operations, whose
// gradients tfjs has.
import * as tf from '@tensorflow/tfjs-core';
import type { PeerLayer } from './peer-layer.ts';
import { createBias, createKernel } from './variables.ts';

interface State {
  readonly hidden: tf.TypedArray;
  readonly cell: tf.TypedArray;
}

export class LstmLayer implements PeerLayer {
  readonly variables: readonly tf.Variable[];
  readonly #kernel: tf.Variable<tf.Rank.R2>;
  readonly #recurrentKernel: tf.Variable<tf.Rank.R2>;
  readonly #bias: tf.Variable<tf.Rank.R1>;
  readonly #units: number;
  #state: State;
  #marked: State;

  constructor(inputs: number, units: number) {
    this.#kernel = createKernel([inputs, 4 * units]);
    this.#recurrentKernel = createKernel([units, 4 * units]);
    this.#bias = createBias(4 * units);
    this.variables = [this.#kernel, this.#recurrentKernel, this.#bias];
    this.#units = units;
    this.#state = { hidden: new Float32Array(units), cell: new Float32Array(units) };
    this.#marked = this.#state;
  }

  forward(rows: tf.Tensor, starts: readonly boolean[]): tf.Tensor {
    // The share of the inputs is one product for all rows; only that of the state has to wait for the row before.
    const inputs = tf.add(tf.matMul(rows, this.#kernel), this.#bias);
    const steps = starts.length === 1 ? [inputs] : tf.split(inputs, starts.length);
    const outputs: tf.Tensor[] = [];
    let hidden: tf.Tensor = tf.tensor2d(this.#state.hidden, [1, this.#units]);
    let cell: tf.Tensor = tf.tensor2d(this.#state.cell, [1, this.#units]);
    for (const [index, step] of steps.entries()) {
      if (starts[index]) {
        hidden = tf.zeros([1, this.#units]);
        cell = hidden;
      }
      [hidden, cell] = this.#advance(step, hidden, cell);
      outputs.push(hidden);
    }
    this.#state = { hidden: hidden.dataSync(), cell: cell.dataSync() };
    return outputs.length === 1 ? hidden : tf.concat(outputs, 0);
  }

  mark(): void {
    this.#marked = this.#state;
  }

  rewind(): void {
    this.#state = this.#marked;
  }

  #advance(inputs: tf.Tensor, hidden: tf.Tensor, cell: tf.Tensor): [tf.Tensor, tf.Tensor] {
    const sums = tf.add(inputs, tf.matMul(hidden, this.#recurrentKernel));
    const units = this.#units;
    const [gateSums = sums, candidate = sums] = tf.split(sums, [3 * units, units], 1);
    const gates = tf.split(tf.sigmoid(gateSums), 3, 1);
    const [input = sums, forget = sums, output = sums] = gates;
    const cellNext = tf.add(tf.mul(forget, cell), tf.mul(input, tf.tanh(candidate)));
    return [tf.mul(output, tf.tanh(cellNext)), cellNext];
  }
}
