import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { initializeParameters } from '../../../../src/shared/network/initialize-parameters.ts';
import {
  createParameterLayout,
  type ParameterTensor,
} from '../../../../src/shared/network/parameter-layout.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { Random } from '../../../../src/shared/random/random.ts';

const layout = createParameterLayout({
  network: {
    shared: false,
    layers: [
      { type: 'dense', units: 24, activation: 'tanh' },
      { type: 'dense', units: 10, activation: 'tanh' },
    ],
    initialization: 'orthogonal',
  },
  observationShape: [6],
  policyOutputs: 3,
});

/** Kernels as lists of rows, by layer. */
function readKernels(parameters: Float32Array) {
  return layout.tensors
    .filter(({ name }) => name.endsWith('/kernel'))
    .map(({ name, shape: [inputs = 0, outputs = 0], offset }) => ({
      name,
      inputs,
      outputs,
      rows: Array.from({ length: inputs }, (_, row) => [
        ...parameters.subarray(offset + row * outputs, offset + (row + 1) * outputs),
      ]),
    }));
}

function multiply(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, element, index) => sum + element * (b[index] ?? 0), 0);
}

function gainOf(name: string): number {
  if (name.startsWith('policyHead')) return 0.01;
  return name.startsWith('valueHead') ? 1 : Math.SQRT2;
}

describe('orthogonal initialization', () => {
  const kernels = readKernels(initializeParameters(layout, 'orthogonal', Random.fromSeed(1)));

  it.each(kernels)('makes the shorter side of $name orthogonal, with its gain', ({ name, ...kernel }) => {
    const columns = Array.from({ length: kernel.outputs }, (_, o) => kernel.rows.map((row) => row[o] ?? 0));
    const vectors = kernel.inputs <= kernel.outputs ? kernel.rows : columns;
    const gain = gainOf(name);
    vectors.forEach((vector, index) => {
      expect(multiply(vector, vector) / gain ** 2).toBeCloseTo(1, 5);
      for (const other of vectors.slice(0, index)) {
        expect(multiply(vector, other) / gain ** 2).toBeCloseTo(0, 5);
      }
    });
  });
});

describe('glorot initialization', () => {
  const kernels = readKernels(initializeParameters(layout, 'glorot', Random.fromSeed(1)));

  it.each(kernels)('fills its bounds evenly in $name', ({ inputs, outputs, rows }) => {
    const limit = Math.sqrt(6 / (inputs + outputs));
    const elements = rows.flat();
    expect(Math.max(...elements.map(Math.abs))).toBeLessThanOrEqual(limit);
    if (elements.length < 100) return;
    const variance = multiply(elements, elements) / elements.length;
    expect(variance / (limit ** 2 / 3)).toBeGreaterThan(0.75);
    expect(variance / (limit ** 2 / 3)).toBeLessThan(1.25);
  });
});

describe.each(['orthogonal', 'glorot'] as const)('%s initialization', (initialization) => {
  const create = (seed: number): number[] => [
    ...initializeParameters(layout, initialization, Random.fromSeed(seed)),
  ];

  it('starts with biases of zero', () => {
    const parameters = create(1);
    for (const { name, offset, size } of layout.tensors) {
      if (!name.endsWith('/bias')) continue;
      expect(parameters.slice(offset, offset + size)).toEqual(Array<number>(size).fill(0));
    }
  });

  it('is the same for the same seed and another for another', () => {
    expect(create(1)).toEqual(create(1));
    expect(create(1)).not.toEqual(create(2));
  });
});

describe('a convolution', () => {
  const pictures = createParameterLayout({
    network: {
      shared: true,
      layers: [
        { type: 'conv2d', filters: 8, kernelSize: 3, strides: 1, activation: 'relu' },
        { type: 'flatten' },
      ],
      initialization: 'orthogonal',
    },
    observationShape: [5, 5, 4],
    policyOutputs: 3,
  });

  it('starts with filters that are orthogonal over all places and channels', () => {
    const kernel = initializeParameters(pictures, 'orthogonal', Random.fromSeed(1)).subarray(0, 9 * 4 * 8);
    const filters = Array.from({ length: 8 }, (_, filter) =>
      [...kernel].filter((_element, index) => index % 8 === filter),
    );
    filters.forEach((filter, index) => {
      expect(multiply(filter, filter)).toBeCloseTo(2, 5);
      for (const other of filters.slice(0, index)) expect(multiply(filter, other)).toBeCloseTo(0, 5);
    });
  });

  it('has a glorot bound by the size of its kernel', () => {
    const kernel = initializeParameters(pictures, 'glorot', Random.fromSeed(1)).subarray(0, 9 * 4 * 8);
    const limit = Math.sqrt(6 / (9 * 4 + 9 * 8));
    const largest = Math.max(...kernel.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(limit);
    expect(largest).toBeGreaterThan(0.97 * limit);
  });
});

describe('an lstm', () => {
  const recurrent = createParameterLayout({
    network: { shared: true, layers: [{ type: 'lstm', units: 6 }], initialization: 'orthogonal' },
    observationShape: [4],
    policyOutputs: 3,
  });
  const readTensor = (part: string, initialization: 'orthogonal' | 'glorot'): number[] => {
    const tensor = recurrent.tensors.find(({ name }) => name === `trunk/0/${part}`);
    const parameters = initializeParameters(recurrent, initialization, Random.fromSeed(1));
    return [...parameters.subarray(tensor?.offset, (tensor?.offset ?? 0) + (tensor?.size ?? 0))];
  };

  it('begins with open forget gates and every other bias zero', () => {
    const bias = [0, 1, 0, 0].flatMap((value) => Array<number>(6).fill(value));
    expect(readTensor('bias', 'orthogonal')).toEqual(bias);
    expect(readTensor('bias', 'glorot')).toEqual(bias);
  });

  it.each([
    ['kernel', 'orthogonal'],
    ['recurrentKernel', 'orthogonal'],
    ['recurrentKernel', 'glorot'],
  ] as const)('has an orthogonal %s for each gate (%s)', (part, initialization) => {
    const kernel = readTensor(part, initialization);
    for (const gate of [0, 1, 2, 3]) {
      const rows = Array.from({ length: kernel.length / 24 }, (_, row) =>
        kernel.slice(row * 24 + gate * 6, row * 24 + gate * 6 + 6),
      );
      rows.forEach((row, index) => {
        expect(multiply(row, row)).toBeCloseTo(1, 5);
        for (const other of rows.slice(0, index)) expect(multiply(row, other)).toBeCloseTo(0, 5);
      });
    }
  });
});

/** What jobs of these networks began with so far: the same seed must go on giving the same job. */
const known: readonly {
  name: string;
  expected: number[];
  observationShape: number[];
  layers: NetworkSpec['layers'];
}[] = [
  {
    name: 'dense layers',
    expected: [430724644, 965818995],
    observationShape: [4],
    layers: [{ type: 'dense', units: 64, activation: 'tanh' }],
  },
  {
    name: 'a wide and a narrow layer',
    expected: [3760115997, 1725848308],
    observationShape: [3],
    layers: [
      { type: 'dense', units: 400, activation: 'elu' },
      { type: 'dense', units: 30, activation: 'elu' },
    ],
  },
  {
    name: 'a convolution',
    expected: [2885479624, 392546311],
    observationShape: [10, 9, 3],
    layers: [
      { type: 'conv2d', filters: 16, kernelSize: 3, strides: 2, activation: 'relu' },
      { type: 'flatten' },
      { type: 'dense', units: 64, activation: 'relu' },
    ],
  },
  {
    name: 'an lstm',
    expected: [2687232099, 1898550008],
    observationShape: [5],
    layers: [{ type: 'lstm', units: 48 }],
  },
];

describe.each(known)('a network of $name', ({ expected, observationShape, layers }) => {
  it('begins for a seed with the numbers it always began with', () => {
    const sums = (['orthogonal', 'glorot'] as const).map((initialization) => {
      const network = { shared: false, layers, initialization };
      const shape = createParameterLayout({ network, observationShape, policyOutputs: 3 });
      const parameters = initializeParameters(shape, initialization, Random.fromSeed(7));
      return crc32(new Uint8Array(parameters.buffer));
    });
    expect(sums).toEqual(expected);
  });
});

/** The first, middle and last vectors of a tensor's shorter side, one matrix of it where it has gates. */
function readVectors(tensor: ParameterTensor, parameters: Float32Array): Float32Array[] {
  const columns = tensor.shape.at(-1) ?? 1;
  const rows = tensor.size / columns;
  const outputs = columns / (tensor.gates ?? 1);
  const count = Math.min(rows, outputs);
  const picked = [0, 1, 2, count >> 1, (count >> 1) + 1, count - 2, count - 1].filter(
    (v) => v >= 0 && v < count,
  );
  return [...new Set(picked)].map((v) =>
    Float32Array.from({ length: Math.max(rows, outputs) }, (_, index) => {
      const [row, column] = rows >= outputs ? [index, v] : [v, index];
      return parameters[tensor.offset + row * columns + column] ?? 0;
    }),
  );
}

function multiplyArrays(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

const large: readonly (readonly [string, readonly number[], NetworkSpec['layers']])[] = [
  ['pictures of 210 × 160 × 4 as one row', [210, 160, 4], [{ type: 'dense', units: 8, activation: 'relu' }]],
  ['observations of 150 001 numbers', [150_001], []],
  [
    'the largest layers',
    [4097],
    [
      { type: 'dense', units: 4096, activation: 'relu' },
      { type: 'dense', units: 4096, activation: 'relu' },
      { type: 'dense', units: 3001, activation: 'relu' },
    ],
  ],
  ['more outputs than inputs', [1500], [{ type: 'dense', units: 4001, activation: 'relu' }]],
  ['a large lstm', [700], [{ type: 'lstm', units: 1024 }]],
];

describe.each(large)('a network for %s', (_name, observationShape, layers) => {
  const network = { shared: true, layers, initialization: 'orthogonal' as const };
  const shape = createParameterLayout({ network, observationShape, policyOutputs: 3 });

  it('begins orthogonal, with elements that are as good as normal', () => {
    const parameters = initializeParameters(shape, 'orthogonal', Random.fromSeed(1));
    for (const tensor of shape.tensors.filter(({ initialValue }) => initialValue === null)) {
      const vectors = readVectors(tensor, parameters);
      const gain = tensor.gates ? 1 : gainOf(tensor.name);
      vectors.forEach((vector, index) => {
        expect(multiplyArrays(vector, vector) / gain ** 2).toBeCloseTo(1, 4);
        for (const other of vectors.slice(0, index))
          expect(multiplyArrays(vector, other) / gain ** 2).toBeCloseTo(0, 4);
      });
      if (tensor.size < 100_000) continue;
      const elements = vectors.flatMap((vector) => [...vector]);
      const square = elements.reduce((sum, element) => sum + element ** 2, 0) / elements.length;
      const fourth = elements.reduce((sum, element) => sum + element ** 4, 0) / elements.length;
      expect(fourth / square ** 2).toBeGreaterThan(2.7);
      expect(fourth / square ** 2).toBeLessThan(3.3);
      expect(Math.abs(elements.reduce((sum, element) => sum + element, 0)) / elements.length).toBeLessThan(
        0.05 * Math.sqrt(square),
      );
    }
  });
});
