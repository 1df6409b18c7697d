// Replaces a directory of files such that neither a reader nor a crash ever sees half of it.
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createArtifactManifest, manifestName, type ArtifactManifest } from './artifact-manifest.ts';
import { resolveArtifactPaths, type ArtifactPaths } from './artifact-paths.ts';
import { readArtifactVersion } from './read-artifact-version.ts';

export interface ArtifactContent {
  readonly directory: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Facts stored in the manifest. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Writes the files as the newest version of the artifact. One writer per directory at a time. */
export async function writeArtifact({
  directory,
  files,
  metadata = {},
}: ArtifactContent): Promise<ArtifactManifest> {
  const paths = resolveArtifactPaths(resolve(directory));
  const manifest = createArtifactManifest(files, metadata);
  await mkdir(paths.parent, { recursive: true });
  await removeLeftovers(paths);
  const temporary = await mkdtemp(join(paths.parent, paths.temporaryPrefix));
  try {
    for (const [name, bytes] of files) await writeSynced(join(temporary, name), bytes);
    await writeSynced(join(temporary, manifestName), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    await syncDirectory(temporary);
    await setCurrentAside(paths);
    await rename(temporary, paths.current);
    await syncDirectory(paths.parent);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return manifest;
}

/** Half-written versions of writers that died. */
async function removeLeftovers({ parent, temporaryPrefix }: ArtifactPaths): Promise<void> {
  const names = await readdir(parent);
  const leftovers = names.filter((name) => name.startsWith(temporaryPrefix));
  await Promise.all(leftovers.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

/** Makes way for a new version. A damaged current one must not push out a sound previous one. */
async function setCurrentAside({ current, previous }: ArtifactPaths): Promise<void> {
  const version = await readArtifactVersion(current);
  if (version.state === 'missing') return;
  if (version.state === 'valid') {
    await rm(previous, { recursive: true, force: true });
    await rename(current, previous);
  } else {
    await rm(current, { recursive: true, force: true });
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a directory durable, as fsync of a file covers only its contents. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
