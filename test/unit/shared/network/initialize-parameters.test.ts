import { describe, expect, it } from 'vitest';
import { initializeParameters } from '../../../../src/shared/network/initialize-parameters.ts';
import { createParameterLayout } from '../../../../src/shared/parameters/parameter-layout.ts';
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
