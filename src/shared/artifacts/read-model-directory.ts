// Model directory reader: opens what training wrote (with a manifest), or plain files downloaded from a server.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFileNames } from '../model-format/model-files.ts';
import { manifestName } from './artifact-manifest.ts';
import { readArtifact, type Artifact } from './read-artifact.ts';

export interface ModelDirectory extends Pick<Artifact, 'files' | 'damages'> {
  /** Whether a manifest confirmed that the files are complete. Single downloaded files have no manifest. */
  readonly isChecked: boolean;
}

/**
 * Reads the model in `directory`, or the best model if `directory` is the output of a training run; null if there is
 * none.
 */
export async function readModelDirectory(directory: string): Promise<ModelDirectory | null> {
  return (await readFiles(directory)) ?? (await readFiles(join(directory, 'best')));
}

async function readFiles(directory: string): Promise<ModelDirectory | null> {
  if (existsSync(join(directory, manifestName)) || existsSync(`${directory}.previous`)) {
    const artifact = await readArtifact(directory);
    return artifact && { ...artifact, isChecked: true };
  }
  const names = Object.values(modelFileNames).filter((name) => existsSync(join(directory, name)));
  if (names.length === 0) return null;
  const entries = names.map(async (name) => [name, await readFile(join(directory, name))] as const);
  return { files: new Map(await Promise.all(entries)), damages: [], isChecked: false };
}
