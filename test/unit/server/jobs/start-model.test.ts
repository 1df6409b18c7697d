import { describe, expect, it } from 'vitest';
import { requireFittingWeights } from '../../../../src/server/jobs/start-model.ts';
import { openStartModel } from '../../../../src/shared/model-format/start-model.ts';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import type { JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { createLayersModel } from '../../../../src/shared/model-format/create-layers-model.ts';
import { createModelCard } from '../../../../src/shared/model-format/model-card.ts';
import { createParameterLayout } from '../../../../src/shared/network/parameter-layout.ts';
import { describeNetwork } from '../../../../src/shared/algorithms/describe-network.ts';
import { countTurns } from '../../../fixtures/count-turns.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';

const definition = cartPoleV1;

function withUnits(units: number): JobSpec {
  const layer = { type: 'dense', units, activation: 'tanh' } as const;
  return { ...exampleSpec, network: { ...exampleSpec.network, shared: true, layers: [layer, layer] } };
}

/** A model whose parameters are all 1 where `change` leaves them so. */
function createStartModel(spec: JobSpec, change: (parameters: Float32Array) => unknown = () => null) {
  const layout = createParameterLayout(describeNetwork(spec, definition));
  const parameters = new Float32Array(layout.size).fill(1);
  change(parameters);
  const { modelJson, weights } = createLayersModel({ spec, definition, layout, parameters });
  const card = createModelCard({
    definition,
    spec,
    model: 'best',
    engine: { name: 'wasm', backend: 'wasm-simd' },
    scores: { evaluation: null, steps: 1, updates: 1 },
    policyParameters: {},
    createdAt: new Date(0),
  });
  const encode = (document: unknown): Uint8Array => Buffer.from(JSON.stringify(document));
  const files = new Map([
    ['model.json', encode(modelJson)],
    ['weights.bin', weights],
    ['model-card.json', encode(card)],
  ]);
  return openStartModel(files);
}

describe('requireFit', () => {
  it('looks at large weights in pieces, so that others have their turn meanwhile', async () => {
    const spec = withUnits(1024);
    const model = createStartModel(spec);
    expect(await countTurns(() => requireFittingWeights(model, spec, definition))).toBeGreaterThanOrEqual(4);
  });

  it('refuses weights of another shape', async () => {
    const model = createStartModel(withUnits(8));
    await expect(requireFittingWeights(model, withUnits(9), definition)).rejects.toThrow(
      /^startFrom: .*networks do not fit: layer/,
    );
  });

  it.each([
    ['the first', 0, 1],
    ['one in the middle', 100_000, 100_001],
    ['the last', -1, undefined],
  ])('refuses weights of which %s is no number', async (_which, from, to) => {
    const spec = withUnits(512);
    const model = createStartModel(spec, (parameters) => parameters.fill(Number.NaN, from, to));
    await expect(requireFittingWeights(model, spec, definition)).rejects.toThrow(
      /^startFrom: .*not all finite numbers/,
    );
  });

  it('refuses weights that are cut off', async () => {
    const spec = withUnits(8);
    const { files } = createStartModel(spec);
    const cut = new Map([...files, ['weights.bin', new Uint8Array(40)] as const]);
    await expect(requireFittingWeights(openStartModel(cut), spec, definition)).rejects.toThrow(
      /^startFrom: .*the weights have 40 bytes, not \d+/,
    );
  });
});
