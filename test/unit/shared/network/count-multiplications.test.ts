import { expect, it } from 'vitest';
import { countMultiplications } from '../../../../src/shared/network/count-multiplications.ts';
import type { Layer } from '../../../../src/shared/network/layers/layer-spec.ts';

const count = (layers: Layer[], options: { shared?: boolean; hasCritic?: boolean; shape?: number[] } = {}) =>
  countMultiplications({
    network: { shared: options.shared ?? false, layers, initialization: 'glorot' },
    observationShape: options.shape ?? [4],
    policyOutputs: 2,
    hasCritic: options.hasCritic ?? true,
  });

it('counts the weights and biases of dense layers, and the heads', () => {
  const layers: Layer[] = [{ type: 'dense', units: 10, activation: 'tanh' }];
  expect(count(layers, { hasCritic: false })).toBe(50 + 20);
  expect(count(layers)).toBe(50 + 20 + 50 + 10);
  expect(count(layers, { shared: true })).toBe(50 + 20 + 10);
});

it('counts a convolution at each place of its output', () => {
  const layers: Layer[] = [
    { type: 'conv2d', filters: 5, kernelSize: 3, strides: 2, activation: 'relu' },
    { type: 'flatten' },
  ];
  const places = 4 * 4;
  const expected = (3 * 3 * 2 * 5 + 5) * places + 5 * places * 2;
  expect(count(layers, { shape: [9, 9, 2], hasCritic: false })).toBe(expected);
});
