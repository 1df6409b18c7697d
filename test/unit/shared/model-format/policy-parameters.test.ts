import { describe, expect, it } from 'vitest';
import { createLayersModel } from '../../../../src/shared/model-format/create-layers-model.ts';
import {
  extractPolicyParameters,
  insertPolicyParameters,
} from '../../../../src/shared/model-format/policy-parameters.ts';
import { readLayersModel } from '../../../../src/shared/model-format/read-layers-model.ts';
import { initializeParameters } from '../../../../src/shared/network/initialize-parameters.ts';
import type { NetworkSpec } from '../../../../src/shared/network/network-spec.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import { describeNetwork } from '../../../../src/shared/algorithms/describe-network.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { createBoxSpace } from '../../../../src/shared/spaces/space.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import { predictWithTfjs } from './load-with-tfjs.ts';

const network: NetworkSpec = {
  shared: false,
  layers: [{ type: 'dense', units: 8, activation: 'tanh' }],
  initialization: 'orthogonal',
};
const policy = {
  type: 'gaussian',
  initialLogStandardDeviation: -0.75,
  minimumStandardDeviation: 0.1,
} as const;
const definition = { observationSpace: createBoxSpace([3], -1, 1), actionSpace: createBoxSpace([2], -1, 1) };
const layout = createParameterLayout(describeNetwork({ ...exampleSpec, network, policy }, definition));
const parameters = initializeParameters(layout, 'orthogonal', Random.fromSeed(1));
const shape = { spec: { network }, definition, layout };

describe('a Gaussian policy', () => {
  it('starts with the standard deviations it was told', () => {
    expect(extractPolicyParameters(layout, parameters)).toEqual({ logStandardDeviation: [-0.75, -0.75] });
  });

  it('comes back whole from a layers model and what its card keeps', () => {
    const { modelJson, weights } = createLayersModel({ ...shape, parameters });
    const read = readLayersModel(JSON.parse(JSON.stringify(modelJson)), weights, shape);
    expect(read).not.toEqual(parameters);
    insertPolicyParameters(layout, extractPolicyParameters(layout, parameters), read);
    expect(read).toEqual(parameters);
  });

  it('is refused without its standard deviations, or with too few', () => {
    const target = new Float32Array(layout.size);
    for (const card of [{}, { logStandardDeviation: [0] }]) {
      expect(() => {
        insertPolicyParameters(layout, card, target);
      }).toThrow('logStandardDeviation of 2 numbers');
    }
  });

  it('is refused with numbers that a float of 32 bits cannot hold', () => {
    expect(() => {
      insertPolicyParameters(layout, { logStandardDeviation: [0, 1e300] }, new Float32Array(layout.size));
    }).toThrow('too large');
  });

  it('is opened by tfjs, which gives a mean per action element', async () => {
    const { modelJson, weights } = createLayersModel({ ...shape, parameters });
    const batch = { rows: [[0.1, 0.2, 0.3]], shape: [3] };
    const { logits: means, values } = await predictWithTfjs({ modelJson, weights }, batch);
    expect(means[0]).toHaveLength(2);
    expect(values).toHaveLength(1);
  });
});
