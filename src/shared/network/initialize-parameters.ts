// Initial parameters: orthogonal (Saxe et al. 2014) or Glorot uniform (Glorot & Bengio 2010); biases are zero.
import type { ParameterLayout, ParameterTensor } from '../parameters/parameter-layout.ts';
import type { Random } from '../random/random.ts';
import type { NetworkSpec } from './network-spec.ts';

/** Gains of orthogonal kernels: a near-uniform first policy, values of unit scale. */
const POLICY_HEAD_GAIN = 0.01;
const VALUE_HEAD_GAIN = 1;
const HIDDEN_GAIN = Math.SQRT2;

/** A flat array of initial parameters in the layout's order. */
export function initializeParameters(
  layout: ParameterLayout,
  initialization: NetworkSpec['initialization'],
  random: Random,
): Float32Array<ArrayBuffer> {
  const parameters = new Float32Array(layout.size);
  for (const tensor of layout.tensors) {
    const { initialValue, offset, size } = tensor;
    if (typeof initialValue === 'number') parameters.fill(initialValue, offset, offset + size);
    else parameters.set(initialValue ?? createKernel(tensor, initialization, random), offset);
  }
  return parameters;
}

function createKernel(
  tensor: ParameterTensor,
  initialization: NetworkSpec['initialization'],
  random: Random,
): Float64Array {
  const outputs = tensor.shape.at(-1) ?? 1;
  const inputs = tensor.size / outputs;
  const { gates = 1 } = tensor;
  // What is fed back step after step should neither grow nor fade, however the rest begins.
  if (gates > 1 && (initialization === 'orthogonal' || tensor.name.endsWith('/recurrentKernel')))
    return createOrthogonalGates(inputs, outputs, gates, random);
  if (initialization === 'orthogonal')
    return createOrthogonal(inputs, outputs, random).map((element) => element * gainOf(tensor));
  // Each output of a convolution also has as many outlets as its kernel has places.
  const places = tensor.shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  return createGlorot(inputs, outputs * places, tensor.size, random);
}

function gainOf({ name }: ParameterTensor): number {
  if (name.startsWith('policyHead')) return POLICY_HEAD_GAIN;
  if (name.startsWith('valueHead')) return VALUE_HEAD_GAIN;
  return HIDDEN_GAIN;
}

/** An orthogonal matrix for each gate, side by side; gain 1, as gates squash what they are given. */
function createOrthogonalGates(inputs: number, outputs: number, gates: number, random: Random): Float64Array {
  const kernel = new Float64Array(inputs * outputs);
  const units = outputs / gates;
  for (let gate = 0; gate < gates; gate += 1) {
    const matrix = createOrthogonal(inputs, units, random);
    for (let input = 0; input < inputs; input += 1)
      kernel.set(matrix.subarray(input * units, (input + 1) * units), input * outputs + gate * units);
  }
  return kernel;
}

function createGlorot(fanIn: number, fanOut: number, length: number, random: Random): Float64Array {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return Float64Array.from({ length }, () => random.nextUniform(-limit, limit));
}

/** A matrix whose shorter side's vectors are orthonormal: modified Gram–Schmidt on normal numbers. */
function createOrthogonal(inputs: number, outputs: number, random: Random): Float64Array {
  const count = Math.min(inputs, outputs);
  const length = Math.max(inputs, outputs);
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, () => random.nextNormal());
    // Twice is enough: one pass leaves rounding errors that grow with the number of vectors.
    for (let pass = 0; pass < 2; pass += 1) for (const other of vectors) subtractProjection(vector, other);
    const norm = Math.hypot(...vector);
    if (norm > 1e-6) vectors.push(vector.map((element) => element / norm));
  }
  const kernel = new Float64Array(inputs * outputs);
  vectors.forEach((vector, v) => {
    vector.forEach((element, index) => {
      kernel[inputs <= outputs ? v * outputs + index : index * outputs + v] = element;
    });
  });
  return kernel;
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  let product = 0;
  for (let index = 0; index < vector.length; index += 1) product += vector[index]! * unit[index]!;
  for (let index = 0; index < vector.length; index += 1) vector[index]! -= product * unit[index]!;
}
