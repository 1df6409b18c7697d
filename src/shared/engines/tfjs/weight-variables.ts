// Variables of a layers model and their places in flat parameters.
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import {
  topologyPrefix,
  type ParameterLayout,
  type ParameterTensor,
} from '../../network/parameter-layout.ts';
import { toWeightName } from '../../topology/layers-model.ts';

interface PlacedVariable {
  readonly tensor: ParameterTensor;
  readonly variable: tf.Variable;
}

export class WeightVariables {
  readonly #placed: readonly PlacedVariable[];
  readonly #parameters: Float32Array;
  readonly #gradient: Float32Array;

  /** Finds the variables of the layers' tensors: the trainable ones, then the running statistics. */
  constructor(
    model: LayersModel,
    {
      layout,
      parameters,
      gradient,
    }: {
      readonly layout: ParameterLayout;
      readonly parameters: Float32Array;
      readonly gradient: Float32Array;
    },
  ) {
    const variables = new Map(model.weights.map((weight) => [weight.originalName, weight.read()]));
    this.#parameters = parameters;
    this.#gradient = gradient;
    this.#placed = layout.tensors
      .filter(
        ({ owner, offset, name }) =>
          owner === 'layer' && (offset < layout.trainableSize || name.startsWith(topologyPrefix)),
      )
      .map((tensor) => {
        const variable = variables.get(toWeightName(tensor.name));
        if (!(variable instanceof tf.Variable))
          throw new RangeError(`the model has no weight ${tensor.name}`);
        return { tensor, variable };
      });
  }

  /** Copies the flat parameters into the variables. */
  read(): void {
    tf.tidy(() => {
      for (const { tensor, variable } of this.#placed) {
        const { offset, size, shape } = tensor;
        variable.assign(tf.tensor(this.#parameters.slice(offset, offset + size), [...shape]));
      }
    });
  }

  /** The variables whose tensors lie in first … end−1 of the flat parameters. */
  list(first: number, end: number): tf.Variable[] {
    return this.#select(first, end).map(({ variable }) => variable);
  }

  /** Writes gradients with respect to the variables of `list`; null stands for zeros. */
  writeGradients(first: number, end: number, gradients: readonly (tf.Tensor | null)[]): void {
    this.#select(first, end).forEach(({ tensor: { offset, size } }, index) => {
      const gradient = gradients[index];
      if (gradient) this.#gradient.set(gradient.dataSync<'float32'>(), offset);
      else this.#gradient.fill(0, offset, offset + size);
    });
  }

  /** Writes by how much the variables of first … end−1 differ from the flat parameters, and sets them back. */
  takeChanges(first: number, end: number, target: Float64Array): void {
    let to = 0;
    for (const { tensor, variable } of this.#select(first, end)) {
      const before = this.#parameters.slice(tensor.offset, tensor.offset + tensor.size);
      const now = variable.dataSync<'float32'>();
      for (let index = 0; index < before.length; index += 1)
        target[to + index] = now[index]! - before[index]!;
      to += before.length;
      variable.assign(tf.tensor(before, [...tensor.shape]));
    }
  }

  #select(first: number, end: number): PlacedVariable[] {
    return this.#placed.filter(({ tensor: { offset } }) => offset >= first && offset < end);
  }
}
