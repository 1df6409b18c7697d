import { zipSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { unpackModel } from '../../../src/client/downloaded-model.ts';
import { createArtifactManifest } from '../../../src/shared/artifacts/create-artifact-manifest.ts';
import { pendulum } from '../../../src/shared/environments/pendulum.ts';
import { InvalidModelError } from '../../../src/shared/model-format/invalid-model-error.ts';
import { createModelCard } from '../../../src/shared/model-format/model-card.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const card = createModelCard({
  definition: pendulum,
  spec: exampleSpec,
  model: 'best',
  engine: { name: 'wasm', backend: 'wasm-simd' },
  scores: { evaluation: null, steps: 1, updates: 1 },
  policyParameters: {},
  createdAt: new Date(0),
});
const files = {
  'model.json': encode({ format: 'layers-model' }),
  'weights.bin': new Uint8Array([1, 2, 3, 4]),
  'model-card.json': encode(card),
};
const manifest = encode(await createArtifactManifest(new Map(Object.entries(files)), {}));

describe('a downloaded model', () => {
  it('is checked by the sums that come with it', async () => {
    const model = await unpackModel(zipSync({ ...files, 'manifest.json': manifest }));
    expect(model).toMatchObject({ card, weights: files['weights.bin'], isChecked: true });
    expect(model.files.get('manifest.json')).toEqual(manifest);
  });

  it.each(['model.json', 'weights.bin', 'model-card.json'])(
    'names the file that is damaged: %s',
    async (name) => {
      const text = JSON.stringify({ ...card, createdAt: new Date(1) });
      const damaged = name === 'model-card.json' ? new TextEncoder().encode(text) : encode('other');
      const archive = zipSync({ ...files, [name]: damaged, 'manifest.json': manifest });
      await expect(unpackModel(archive)).rejects.toThrow(InvalidModelError);
      await expect(unpackModel(archive)).rejects.toThrow(`${name} does not match its checksum`);
    },
  );

  it('names a file that is missing, and a manifest that is damaged', async () => {
    const { 'model.json': _missing, ...rest } = files;
    await expect(unpackModel(zipSync({ ...rest, 'manifest.json': manifest }))).rejects.toThrow(
      'the model has no model.json',
    );
    for (const text of [encode('no manifest'), new TextEncoder().encode('{')]) {
      const archive = zipSync({ ...files, 'manifest.json': text });
      await expect(unpackModel(archive)).rejects.toThrow(/^manifest\.json:? is /);
    }
  });

  it('is opened unchecked, and reports it, if there is no manifest or no way to compute checksums', async () => {
    expect((await unpackModel(zipSync(files))).isChecked).toBe(false);
    vi.stubGlobal('crypto', {});
    const model = await unpackModel(zipSync({ ...files, 'manifest.json': manifest }));
    vi.unstubAllGlobals();
    expect(model.isChecked).toBe(false);
  });
});
