// Model downloaded as one archive, so that its files belong together.
import { requireMatchingFiles } from '../shared/artifacts/require-matching-files.ts';
import { InvalidModelError } from '../shared/model-format/invalid-model-error.ts';
import { JsonPart } from '../shared/model-format/json-part.ts';
import type { ModelCard } from '../shared/model-format/model-card.ts';
import { modelFileNames } from '../shared/model-format/model-files.ts';
import { unzipModel } from '../shared/model-format/unzip-model.ts';

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
  const readJson = (name: string): JsonPart => JsonPart.parse(name, read(name));
  const isChecked = await requireMatchingFiles(files);
  return {
    modelJson: readJson(modelFileNames.model).value,
    weights: read(modelFileNames.weights),
    card: readCard(readJson(modelFileNames.card)),
    files,
    isChecked,
  };
}

/** The checksum shows that the card is as the server wrote it; here only its version is tested. */
function readCard(json: JsonPart): ModelCard {
  json.field('formatVersion').oneOf([1]);
  const { value } = json;
  if (isCard(value)) return value;
  throw new InvalidModelError(
    `${modelFileNames.card} is no model card: it must have ${cardFields.join(', ')}`,
  );
}

const cardFields = ['environment', 'spec', 'scores', 'observationSpace', 'actionSpace'] as const;

function isCard(value: unknown): value is ModelCard {
  return typeof value === 'object' && value !== null && cardFields.every((field) => field in value);
}
