// Files of a model in a directory: what training wrote (with a manifest), or plain files.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFileNames } from '../model-format/model-files.ts';
import type { ArtifactManifest } from './artifact-manifest.ts';
import { manifestName } from './manifest-name.ts';
import { readArtifact, type Artifact } from './read-artifact.ts';

export interface ModelDirectory extends Pick<Artifact, 'files' | 'damages'> {
  /** Where the files are: the directory itself, or the best model in it. */
  readonly directory: string;
  /** Whether a manifest confirmed that the files are complete. Single downloaded files have no manifest. */
  readonly isChecked: boolean;
  /** The manifest that confirmed them; null if there is none. */
  readonly manifest: ArtifactManifest | null;
}

/** Reads the model in a directory, or the best model if it is the output of a training run; null if there is none. */
export async function readModelDirectory(directory: string): Promise<ModelDirectory | null> {
  return (await readFiles(directory)) ?? (await readFiles(join(directory, 'best')));
}

async function readFiles(directory: string): Promise<ModelDirectory | null> {
  if (existsSync(join(directory, manifestName)) || existsSync(`${directory}.previous`)) {
    const artifact = await readArtifact(directory);
    return artifact && { ...artifact, directory, isChecked: true };
  }
  const names = Object.values(modelFileNames).filter((name) => existsSync(join(directory, name)));
  if (names.length === 0) return null;
  const entries = names.map(async (name) => [name, await readFile(join(directory, name))] as const);
  return {
    files: new Map(await Promise.all(entries)),
    directory,
    damages: [],
    isChecked: false,
    manifest: null,
  };
}
