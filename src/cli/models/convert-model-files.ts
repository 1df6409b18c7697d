// Conversion of a model directory to the formats that `a3c export` writes.
import { crc32 } from 'node:zlib';
import { createArchiveBody, readBody } from '../../server/http/models/model-body.ts';
import type { ArtifactManifest } from '../../shared/artifacts/artifact-manifest.ts';
import { createArtifactManifest } from '../../shared/artifacts/create-artifact-manifest.ts';
import { manifestName } from '../../shared/artifacts/manifest-name.ts';
import { joinPieces } from '../../shared/model-format/file-piece.ts';
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import { readCard, readModelJson } from '../../shared/model-format/read-model.ts';
import { exportFormats, exportModel, requireWholeModel } from '../../shared/onnx/export-formats.ts';
import type { ModelDirectory } from '../../shared/artifacts/read-model-directory.ts';

export const fileFormats = [...exportFormats, 'zip'] as const;
type Format = (typeof fileFormats)[number] | 'tfjs';

/** Files by name. */
type FilesByName = ReadonlyMap<string, Uint8Array>;

/** Returns one file, or the files of a directory. Throws InvalidModelError if the model is not whole. */
export async function convertModelFiles(
  model: Pick<ModelDirectory, 'files' | 'manifest'>,
  format: Format,
): Promise<Uint8Array | FilesByName> {
  const { files } = model;
  const weights = files.get(modelFileNames.weights);
  if (weights === undefined) throw new InvalidModelError(`the model has no ${modelFileNames.weights}`);
  const stored = {
    modelJson: readModelJson(files),
    card: readCard(files),
    weightBytes: weights.byteLength,
  };
  requireWholeModel(stored);
  switch (format) {
    case 'onnx':
    case 'safetensors':
      return joinPieces(await exportModel(format, stored), weights);
    case 'zip':
      return await createZip(model);
    case 'tfjs':
      // Without it, a reader could not check the files, or would check them against an older one that is there.
      return new Map([...files, [manifestName, writeManifest(await findManifest(model))]]);
  }
}

/** The manifest that the model came with, or one of its files as they are. */
async function findManifest({
  files,
  manifest,
}: Pick<ModelDirectory, 'files' | 'manifest'>): Promise<ArtifactManifest> {
  return manifest ?? (await createArtifactManifest(files, {}));
}

function writeManifest(manifest: ArtifactManifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** Creates the archive that a server sends. */
async function createZip(model: Pick<ModelDirectory, 'files' | 'manifest'>): Promise<Uint8Array> {
  const known = await findManifest(model);
  const entries = [...model.files].map(
    ([name, content]) =>
      [
        name,
        {
          bytes: content.byteLength,
          content,
          crc32: crc32(content),
          sha256: known.files[name]?.sha256 ?? '',
        },
      ] as const,
  );
  const body = createArchiveBody({
    files: new Map(entries),
    manifestBytes: writeManifest(known),
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBody(body)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
