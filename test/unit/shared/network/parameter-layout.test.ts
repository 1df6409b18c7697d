import { describe, expect, it } from 'vitest';
import type { Layer } from '../../../../src/shared/network/layers/layer-spec.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';

function dense(...units: number[]): Layer[] {
  return units.map((count) => ({ type: 'dense', units: count, activation: 'relu' }));
}

function layOut(network: Omit<NetworkSpec, 'initialization'>) {
  return createParameterLayout({
    network: { ...network, initialization: 'orthogonal' },
    observationShape: [4],
    policyOutputs: 2,
  });
}

function listShapes(network: Omit<NetworkSpec, 'initialization'>): string[] {
  return layOut(network).tensors.map(({ name, shape }) => `${name} ${shape.join('×')}`);
}

describe('the layout of parameters', () => {
  it('is actor, then critic, for towers', () => {
    expect(listShapes({ shared: false, layers: dense(100) })).toEqual([
      'policy/0/kernel 4×100',
      'policy/0/bias 100',
      'policyHead/kernel 100×2',
      'policyHead/bias 2',
      'value/0/kernel 4×100',
      'value/0/bias 100',
      'valueHead/kernel 100×1',
      'valueHead/bias 1',
    ]);
  });

  it('is trunk, then both heads, for a shared trunk', () => {
    expect(listShapes({ shared: true, layers: dense(8, 6) })).toEqual([
      'trunk/0/kernel 4×8',
      'trunk/0/bias 8',
      'trunk/1/kernel 8×6',
      'trunk/1/bias 6',
      'policyHead/kernel 6×2',
      'policyHead/bias 2',
      'valueHead/kernel 6×1',
      'valueHead/bias 1',
    ]);
  });

  it('takes the sizes of the value tower where it has its own', () => {
    const shapes = listShapes({ shared: false, layers: dense(8), valueLayers: dense(5, 3) });
    expect(shapes.filter((shape) => shape.startsWith('value') && shape.includes('kernel'))).toEqual([
      'value/0/kernel 4×5',
      'value/1/kernel 5×3',
      'valueHead/kernel 3×1',
    ]);
  });

  it('names layers by their place in the spec, also behind one without parameters', () => {
    const { tensors } = createParameterLayout({
      network: {
        shared: true,
        layers: [
          { type: 'conv2d', filters: 8, kernelSize: 3, strides: 2, activation: 'relu' },
          { type: 'flatten' },
          { type: 'lstm', units: 5 },
        ],
        initialization: 'orthogonal',
      },
      observationShape: [7, 9, 3],
      policyOutputs: 2,
    });
    expect(tensors.slice(0, 6).map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
      'trunk/0/kernel 3×3×3×8',
      'trunk/0/bias 8',
      'trunk/2/kernel 96×20',
      'trunk/2/recurrentKernel 5×20',
      'trunk/2/bias 20',
      'policyHead/kernel 5×2',
    ]);
  });

  it('has heads on the observation where there are no layers', () => {
    expect(listShapes({ shared: false, layers: [] })).toEqual([
      'policyHead/kernel 4×2',
      'policyHead/bias 2',
      'valueHead/kernel 4×1',
      'valueHead/bias 1',
    ]);
  });

  it('ends with the statistics of normalization, which are not trained and change nothing at first', () => {
    const { tensors, size, trainableSize } = createParameterLayout({
      network: { shared: true, layers: [], initialization: 'orthogonal' },
      observationShape: [2, 3],
      policyOutputs: 2,
      normalizeObservations: true,
      normalizeRewards: true,
    });
    const statistics = tensors.filter(({ offset }) => offset >= trainableSize);
    expect(statistics.map(({ name, size: length, initialValue }) => [name, length, initialValue])).toEqual([
      ['observation/mean', 6, 0],
      ['observation/variance', 6, 1],
      ['return/variance', 1, 1],
    ]);
    expect(size).toBe(trainableSize + 13);
  });

  it('has no value side without a critic', () => {
    const { tensors, trainableSize, criticOffset } = createParameterLayout({
      network: { shared: false, layers: dense(8), initialization: 'orthogonal' },
      observationShape: [4],
      policyOutputs: 2,
      hasCritic: false,
    });
    expect(tensors.map(({ name }) => name)).toEqual([
      'policy/0/kernel',
      'policy/0/bias',
      'policyHead/kernel',
      'policyHead/bias',
    ]);
    expect(criticOffset).toBe(trainableSize);
  });

  it.each([true, false])('leaves no gaps and says where the critic begins (shared trunk: %s)', (shared) => {
    const { tensors, size, criticOffset } = layOut({ shared, layers: dense(8, 6) });
    let end = 0;
    for (const tensor of tensors) {
      expect(tensor.offset).toBe(end);
      expect(tensor.size).toBe(tensor.shape.reduce((product, extent) => product * extent, 1));
      end += tensor.size;
    }
    expect(end).toBe(size);
    const firstOfCritic = tensors.find(({ offset }) => offset === criticOffset);
    expect(firstOfCritic?.name).toBe(shared ? 'valueHead/kernel' : 'value/0/kernel');
  });
});
