// Model downloaded as one archive, so that its files belong together.
import { manifestName } from '../shared/artifacts/artifact-manifest.ts';
import { requireMatchingFiles } from '../shared/artifacts/require-matching-files.ts';
import { InvalidModelError } from '../shared/model-format/invalid-model-error.ts';
import { readModelCard, type ModelCard } from '../shared/model-format/model-card.ts';
import { modelFileNames } from '../shared/model-format/model-files.ts';
import { unzipModel } from '../shared/model-format/unzip-model.ts';
import { findHash } from './find-hash.ts';

export interface DownloadedModel {
  /** Parsed model.json. */
  readonly modelJson: unknown;
  readonly weights: Uint8Array;
  readonly card: ModelCard;
  /** All files of the archive by name, ready to be written to a directory. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /**
   * Whether each file matches its checksum in manifest.json. False if the files could not be checked: older servers
   * send no manifest, and browsers cannot compute checksums on pages from plain HTTP.
   */
  readonly isChecked: boolean;
}

/** Unpacks the archive. Throws InvalidModelError if a file is missing or damaged. */
export async function unpackModel(archive: Uint8Array): Promise<DownloadedModel> {
  const files = await unzipModel(archive);
  const read = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new InvalidModelError(`the archive has no ${name}`);
    return bytes;
  };
  const readJson = (name: string): unknown => {
    const text = new TextDecoder().decode(read(name));
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new InvalidModelError(`${name} is not JSON`, { cause: error });
    }
  };
  const hash = files.has(manifestName) ? findHash() : null;
  if (hash) await requireMatchingFiles(files, readJson(manifestName), hash);
  return {
    modelJson: readJson(modelFileNames.model),
    weights: read(modelFileNames.weights),
    card: readModelCard(readJson(modelFileNames.card)),
    files,
    isChecked: hash !== null,
  };
}
