// Damaged and manipulated files: loadPolicy refuses them with a name and words, and accepts nothing that the schemas
// refuse.
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { JsonPart } from '../../../src/shared/model-format/json-part.ts';
import { readLayersJson } from '../../../src/policy/card/read-layers-json.ts';
import { readPolicyCard } from '../../../src/policy/card/read-policy-card.ts';
import { loadPolicy } from '../../../src/policy/node.ts';
import { manifestName } from '../../../src/shared/artifacts/manifest-name.ts';
import { createArtifactManifest } from '../../../src/shared/artifacts/create-artifact-manifest.ts';
import { InvalidModelError } from '../../../src/shared/model-format/invalid-model-error.ts';
import { modelCardSchema } from '../../../src/shared/model-format/model-card.ts';
import { layersModelSchema } from '../../../src/shared/topology/layers-model.ts';
import { applyMutation, damageBytes, byteDamage, mutation } from '../../fuzz/generators/mutation.ts';
import { drawModel, type DrawnModel } from '../../fixtures/model-files.ts';
import { policyCases } from './policies.ts';

const models = policyCases.map(({ definition, request }) => drawModel(request, definition, 1));
const [first] = models;
if (!first) throw new Error('there are no models');

function parse({ files }: DrawnModel, name: string): unknown {
  return JSON.parse(new TextDecoder().decode(files.get(name)));
}

function toPart(value: unknown): JsonPart {
  return JsonPart.parse('model-card.json', new TextEncoder().encode(JSON.stringify(value)));
}

/** Returns whether a reader accepts; anything but a refusal fails the test. */
function accepts(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidModelError);
    return false;
  }
}

describe('the readers without schemas', () => {
  it('accept every model that training writes, with the content that the schemas read', () => {
    for (const model of models) {
      const card = modelCardSchema.parse(parse(model, 'model-card.json'));
      const read = readPolicyCard(toPart(parse(model, 'model-card.json')));
      expect(read).toMatchObject({
        environment: card.environment,
        network: card.spec.network,
        policy: card.spec.policy,
        normalizeObservations: card.spec.normalizeObservations,
        normalizeRewards: card.spec.normalizeRewards,
        policyParameters: card.policyParameters,
        hasActionMask: model.definition.hasActionMask,
        observationSpace: model.definition.observationSpace,
        actionSpace: model.definition.actionSpace,
      });
      const json = parse(model, 'model.json');
      const { generatedBy, convertedBy, ...layersModel } = layersModelSchema.parse(json);
      expect([generatedBy, convertedBy]).toEqual(['a3c-server', null]);
      expect(readLayersJson(toPart(json))).toEqual(layersModel);
    }
  });

  it.each([
    { type: 'dense', units: 4097, activation: 'tanh' },
    { type: 'dense', units: 0, activation: 'tanh' },
    { type: 'dense', units: 1.5, activation: 'tanh' },
    { type: 'dense', units: 4, activation: 'sigmoid' },
    { type: 'conv2d', filters: 1025, kernelSize: 1, strides: 1, activation: 'tanh' },
    { type: 'conv2d', filters: 1, kernelSize: 65, strides: 1, activation: 'tanh' },
    { type: 'conv2d', filters: 1, kernelSize: 1, strides: 65, activation: 'tanh' },
    { type: 'lstm', units: 1025 },
    { type: 'gru', units: 4 },
  ])('refuse a layer beyond the limits of the schemas: %j', (layer) => {
    const text = JSON.stringify(parse(first, 'model-card.json'));
    const card: unknown = JSON.parse(
      text.replace(/"layers":\[[^\]]*\]/, `"layers":[${JSON.stringify(layer)}]`),
    );
    expect(modelCardSchema.safeParse(card).success).toBe(false);
    expect(accepts(() => readPolicyCard(toPart(card)))).toBe(false);
  });

  it('refuse what the schemas refuse', () => {
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...models.keys()),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        (index, changes) => {
          const model = models[index] ?? first;
          const change = (value: unknown): unknown =>
            changes.reduce(
              (changed, how) => JSON.parse(JSON.stringify(applyMutation(changed, how)) ?? 'null'),
              value,
            );
          const json = change(parse(model, 'model.json'));
          // Names of programs are not read.
          if (!layersModelSchema.omit({ generatedBy: true, convertedBy: true }).safeParse(json).success) {
            refused += 1;
            expect(accepts(() => readLayersJson(toPart(json)))).toBe(false);
          } else accepts(() => readLayersJson(toPart(json)));
          const original = modelCardSchema.parse(parse(model, 'model-card.json'));
          const read = (): unknown => readPolicyCard(toPart(change(parse(model, 'model-card.json'))));
          if (!accepts(read)) return;
          // Fields that acting does not read are those of the original.
          const { network, policy, hasTopology, ...card } = readPolicyCard(
            toPart(change(parse(model, 'model-card.json'))),
          );
          if (hasTopology) return;
          const { environment, policyParameters, normalizeObservations, normalizeRewards } = card;
          const spec = { ...original.spec, network, policy, normalizeObservations, normalizeRewards };
          expect(
            modelCardSchema.safeParse({ ...original, environment, policyParameters, spec }).success,
          ).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});

describe('loadPolicy', () => {
  it('refuses an archive that is cut off anywhere', async () => {
    const archive = zipSync(Object.fromEntries(first.files), { level: 0 });
    await loadPolicy(archive);
    for (let length = 0; length < archive.length; length += 97)
      await expect(loadPolicy(archive.subarray(0, length)), `${length} bytes`).rejects.toThrow(
        InvalidModelError,
      );
  });

  it('refuses damaged archives, or reads the same policy', async () => {
    const archive = zipSync(Object.fromEntries(first.files), { level: 0 });
    const action = (await loadPolicy(archive)).predict([0.1, 0.2, 0.3, 0.4]).action;
    await fc.assert(
      fc.asyncProperty(byteDamage, async (how) => {
        const outcome: unknown = await loadPolicy(damageBytes(archive, how)).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(InvalidModelError);
        else
          expect((await loadPolicy(damageBytes(archive, how))).predict([0.1, 0.2, 0.3, 0.4]).action).toBe(
            action,
          );
      }),
      { numRuns: 200 },
    );
  });

  it('refuses an archive with one changed bit of a file', async () => {
    const archive = zipSync(Object.fromEntries(first.files), { level: 0 });
    const weights = Buffer.from(first.files.get('weights.bin') ?? []);
    const at = Buffer.from(archive).indexOf(weights);
    expect(at).toBeGreaterThan(0);
    archive[at] = (archive[at] ?? 0) ^ 1;
    await expect(loadPolicy(archive)).rejects.toThrow(
      'weights.bin in the archive does not match its checksum',
    );
  });

  it('refuses files that do not match their manifest, weights that are too short and cards of another network', async () => {
    const manifest = await createArtifactManifest(first.files, {});
    const withManifest = { ...Object.fromEntries(first.files), [manifestName]: encode(manifest) };
    await loadPolicy(zipSync(withManifest));
    const weights = Uint8Array.from(first.files.get('weights.bin') ?? []);
    weights[0] = (weights[0] ?? 0) ^ 1;
    await expect(loadPolicy(zipSync({ ...withManifest, 'weights.bin': weights }))).rejects.toThrow(
      'weights.bin does not match its checksum in manifest.json',
    );
    const files = Object.fromEntries(first.files);
    await expect(loadPolicy(zipSync({ ...files, 'weights.bin': weights.subarray(4) }))).rejects.toThrow(
      /the weights have \d+ bytes, not \d+/,
    );
    const other = new TextEncoder().encode(
      new TextDecoder()
        .decode(first.files.get('model-card.json'))
        .replaceAll(/"activation":"\w+"/g, '"activation":"elu"'),
    );
    await expect(loadPolicy(zipSync({ ...files, 'model-card.json': other }))).rejects.toThrow(
      /layer policy_0 is .*(tanh|relu).*, not .*elu/,
    );
    const { 'model-card.json': _card, ...withoutCard } = files;
    await expect(loadPolicy(zipSync(withoutCard))).rejects.toThrow('the model has no model-card.json');
    await expect(loadPolicy(new Uint8Array(100))).rejects.toThrow(
      'these 100 bytes are no complete zip archive',
    );
  });
});

function encode(document: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}
