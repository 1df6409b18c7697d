// Variables of a layers model and their places in flat parameters.
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ParameterLayout, ParameterTensor } from '../../network/parameter-layout.ts';
import { toWeightName } from '../../topology/to-weight-name.ts';
import { InvalidTopologyError } from './invalid-topology-error.ts';

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
        ({ owner, offset, momentum }) =>
          owner === 'layer' && (offset < layout.trainableSize || momentum !== undefined),
      )
      .map((tensor) => {
        const variable = variables.get(toWeightName(tensor.name));
        if (!variable || !isVariable(variable) || variable.shape.join() !== tensor.shape.join())
          throw new InvalidTopologyError(
            `the model has no weight ${tensor.name} of [${tensor.shape.join(', ')}]`,
          );
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

  /**
   * Reads, in the layout's order, what a training pass has moved the running statistics towards, and sets them back:
   * with the momentum m, they moved from s to m·s + (1 − m)·x, and x is written.
   */
  takeRunning(target: Float64Array, from: number): void {
    let to = from;
    for (const { tensor, variable } of this.#placed) {
      const { offset, size, shape, momentum } = tensor;
      if (momentum === undefined) continue;
      const before = this.#parameters.slice(offset, offset + size);
      const after = variable.dataSync<'float32'>();
      for (let index = 0; index < size; index += 1) {
        const moved = after[index]! - before[index]!;
        target[to + index] = before[index]! + moved / (1 - momentum);
      }
      to += size;
      variable.assign(tf.tensor(before, [...shape]));
    }
  }

  #select(first: number, end: number): PlacedVariable[] {
    return this.#placed.filter(({ tensor: { offset } }) => offset >= first && offset < end);
  }
}

function isVariable(tensor: tf.Tensor): tensor is tf.Variable {
  return tensor instanceof tf.Variable;
}
