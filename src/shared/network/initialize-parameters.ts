// Initial parameters: orthogonal (Saxe et al. 2014) or Glorot uniform (Glorot & Bengio 2010); biases are zero.
import type { ParameterLayout, ParameterTensor } from './parameter-layout.ts';
import type { Random } from '../random/random.ts';
import { fillOrthogonally } from './mix-orthogonally.ts';
import type { NetworkSpec } from './network-spec.ts';
import { drawOrthonormal, estimateDrawingCost } from './orthonormal-vectors.ts';

/** Gains of orthogonal kernels: the first policy is nearly uniform, and values have unit scale. */
const POLICY_HEAD_GAIN = 0.01;
const VALUE_HEAD_GAIN = 1;
const HIDDEN_GAIN = Math.SQRT2;

/**
 * Maximum cost (see estimateDrawingCost) of drawing a network's kernels vector by vector, a second or two. Above it,
 * the larger kernels are mixed.
 */
const DRAWING_ALLOWANCE = 2 ** 29;
/** Drawn vectors are in float64, and several copies exist at once. */
const MAX_DRAWN_LENGTH = 2 ** 17;

/** Creates a flat array of initial parameters in the layout's order. */
export function initializeParameters(
  layout: ParameterLayout,
  initialization: NetworkSpec['initialization'],
  random: Random,
): Float32Array<ArrayBuffer> {
  const parameters = new Float32Array(layout.size);
  const initializer = new KernelInitializer(initialization, random);
  for (const tensor of layout.tensors) {
    const { initialValue, offset, size } = tensor;
    const target = parameters.subarray(offset, offset + size);
    if (initialValue === null) initializer.fill(target, tensor);
    else if (typeof initialValue === 'number') target.fill(initialValue);
    else target.set(initialValue);
  }
  return parameters;
}

interface MatrixShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly gain: number;
}

class KernelInitializer {
  readonly #initialization: NetworkSpec['initialization'];
  readonly #random: Random;
  #allowance = DRAWING_ALLOWANCE;

  constructor(initialization: NetworkSpec['initialization'], random: Random) {
    this.#initialization = initialization;
    this.#random = random;
  }

  fill(target: Float32Array, tensor: ParameterTensor): void {
    const outputs = tensor.shape.at(-1) ?? 1;
    const inputs = tensor.size / outputs;
    const { gates = 1 } = tensor;
    const isOrthogonal = this.#initialization === 'orthogonal' || tensor.alwaysOrthogonal;
    if (isOrthogonal && gates > 1) this.#fillGates(target, { inputs, outputs, gain: 1 }, gates);
    else if (isOrthogonal) this.#fillOrthogonally(target, { inputs, outputs, gain: gainOf(tensor) });
    else {
      // Each output of a convolution also has as many outlets as its kernel has places.
      const places = tensor.shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
      this.#fillUniformly(target, Math.sqrt(6 / (inputs + outputs * places)));
    }
  }

  /** Fills an orthogonal matrix for each gate, side by side. The gain is 1, because gates squash their inputs. */
  #fillGates(target: Float32Array, { inputs, outputs, gain }: MatrixShape, gates: number): void {
    const units = outputs / gates;
    for (let gate = 0; gate < gates; gate += 1) {
      const matrix = new Float32Array(inputs * units);
      this.#fillOrthogonally(matrix, { inputs, outputs: units, gain });
      for (let input = 0; input < inputs; input += 1)
        target.set(matrix.subarray(input * units, (input + 1) * units), input * outputs + gate * units);
    }
  }

  #fillUniformly(target: Float32Array, limit: number): void {
    for (let index = 0; index < target.length; index += 1)
      target[index] = this.#random.nextUniform(-limit, limit);
  }

  /** Fills a matrix whose shorter side's vectors are orthogonal to each other. */
  #fillOrthogonally(target: Float32Array, shape: MatrixShape): void {
    const { inputs, outputs, gain } = shape;
    const count = Math.min(inputs, outputs);
    const length = Math.max(inputs, outputs);
    const effort = estimateDrawingCost(count, length);
    if (effort > this.#allowance || length > MAX_DRAWN_LENGTH) {
      fillOrthogonally(target, shape, this.#random);
      return;
    }
    this.#allowance -= effort;
    drawOrthonormal(count, length, this.#random).forEach((vector, v) => {
      vector.forEach((element, index) => {
        target[inputs <= outputs ? v * outputs + index : index * outputs + v] = element * gain;
      });
    });
  }
}

function gainOf({ name, head }: ParameterTensor): number {
  const place: string = head ?? name;
  if (place.startsWith('policyHead')) return POLICY_HEAD_GAIN;
  if (place.startsWith('valueHead')) return VALUE_HEAD_GAIN;
  return HIDDEN_GAIN;
}
