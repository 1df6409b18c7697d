// Models in the data directory, as those who act with them see them.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadModel } from '../../policy/rows/open-row-policy.ts';
import { readRowModel } from '../../policy/rows/open-row-policy.ts';
import { manifestName } from '../../shared/artifacts/manifest-name.ts';
import { readModelDirectory } from '../../shared/artifacts/read-model-directory.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import { ModelNotReadyError } from '../jobs/job-errors.ts';

export interface StoredVersion {
  /** Changes when the model is replaced; empty if there is none. */
  readonly version: string;
  readonly weightBytes: number;
}

/** Looks at the newest version without reading it. */
export async function inspectModel(directory: string): Promise<StoredVersion> {
  try {
    const [manifest, weights] = await Promise.all([
      stat(join(directory, manifestName)),
      stat(join(directory, modelFileNames.weights)),
    ]);
    return { version: `${manifest.ino} ${manifest.mtimeMs}`, weightBytes: weights.size };
  } catch {
    // It is just being replaced, or there is none: reading it tells.
    return { version: '', weightBytes: 0 };
  }
}

/** Reads the newest valid version. Throws ModelNotReadyError if there is none, InvalidModelError or CorruptArtifactError. */
export async function readStoredModel(
  directory: string,
  model: ModelName,
): Promise<ReadModel & { readonly damages: readonly string[] }> {
  const found = await readModelDirectory(directory);
  if (found === null) throw new ModelNotReadyError(model);
  return { ...readRowModel(found.files), damages: found.damages };
}
