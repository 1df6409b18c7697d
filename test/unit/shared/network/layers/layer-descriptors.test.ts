// What every layer type has to keep to, whatever it computes.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { initializeParameters } from '../../../../../src/shared/network/initialize-parameters.ts';
import { findDescriptor } from '../../../../../src/shared/network/layers/layer-descriptors.ts';
import { layerSchema } from '../../../../../src/shared/network/layers/layer-spec.ts';
import { createParameterLayout } from '../../../../../src/shared/network/parameter-layout.ts';
import { countElements } from '../../../../../src/shared/network/shape.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { createTrunk, layerExamples } from '../../../../fixtures/layer-examples.ts';

const types: readonly string[] = layerSchema.options.map(({ shape }) => shape.type.value);

describe.each(layerExamples)('$name', (example) => {
  const { layer, inputShape } = example;
  const descriptor = findDescriptor(layer);
  const tensors = descriptor.listTensors(layer, inputShape);

  it('gives outputs whose extents are whole numbers', () => {
    const outputShape = descriptor.computeOutputShape(layer, inputShape);
    expect(outputShape.every((extent) => Number.isInteger(extent) && extent > 0)).toBe(true);
  });

  it('names its parameters and says how each of them begins', () => {
    const parts = tensors.map(({ part }) => part);
    expect(new Set(parts).size).toBe(parts.length);
    for (const { part, shape, initialValue, gates = 1 } of tensors) {
      expect(part).toMatch(/^[a-z][A-Za-z]*$/);
      if (Array.isArray(initialValue)) expect(initialValue).toHaveLength(countElements(shape));
      expect((shape.at(-1) ?? 1) % gates).toBe(0);
    }
  });

  it.each(['orthogonal', 'glorot'] as const)('begins with finite parameters, %s', (initialization) => {
    const network = { ...createTrunk(example), initialization };
    const layout = createParameterLayout({ network, observationShape: inputShape, policyOutputs: 2 });
    const parameters = initializeParameters(layout, initialization, Random.fromSeed(1));
    expect(parameters.every(Number.isFinite)).toBe(true);
    for (const { name, offset, size, initialValue } of layout.tensors) {
      const isDrawn = parameters.subarray(offset, offset + size).some((element) => element !== 0);
      if (initialValue === null) expect(isDrawn, name).toBe(true);
    }
  });
});

describe('layer types', () => {
  it('all have examples', () => {
    expect([...new Set(layerExamples.map(({ layer }) => layer.type))]).toEqual(types);
  });

  it('are told apart by their registries alone', () => {
    const comparison = new RegExp(String.raw`(?:case|[!=]==) '(?:${types.join('|')})'`);
    const root = join(import.meta.dirname, '../../../../../src');
    const files = globSync('**/*.ts', { cwd: root });
    expect(files.length).toBeGreaterThan(300);
    expect(files.filter((file) => comparison.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});
