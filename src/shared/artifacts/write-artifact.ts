// Writer of an artifact: replaces a directory of files so that readers and crashes never see half of it.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createLastDirectory } from './create-last-directory.ts';
import type { ArtifactManifest } from './artifact-manifest.ts';
import { manifestName } from './manifest-name.ts';
import { createArtifactManifest } from './create-artifact-manifest.ts';
import {
  listVersionAges,
  locateVersion,
  resolveArtifactPaths,
  type ArtifactPaths,
} from './artifact-paths.ts';
import { readArtifactVersion } from './read-artifact-version.ts';

export interface ArtifactContent {
  readonly directory: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Metadata to store in the manifest. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Number of versions to keep, including this one. With only one there would be no fallback. */
  readonly keep?: number;
}

const defaultKeep = 2;

/** Writes the files as the newest version of the artifact. Only one writer per directory may run at the same time. */
export async function writeArtifact({
  directory,
  files,
  metadata = {},
  keep = defaultKeep,
}: ArtifactContent): Promise<ArtifactManifest> {
  const paths = resolveArtifactPaths(resolve(directory));
  const manifest = await createArtifactManifest(files, metadata);
  await createLastDirectory(paths.parent);
  await removeLeftovers(paths);
  const temporary = join(paths.parent, `${paths.temporaryPrefix}${randomUUID()}`);
  // With the rights of the umask: mkdtemp would exclude all other users.
  await mkdir(temporary);
  try {
    for (const [name, bytes] of files) await writeSynced(join(temporary, name), bytes);
    await writeSynced(join(temporary, manifestName), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    await syncDirectory(temporary);
    await shiftVersions(paths, Math.max(2, keep));
    await rename(temporary, paths.current);
    await syncDirectory(paths.parent);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return manifest;
}

/** Removes half-written versions of writers that died. */
async function removeLeftovers({ parent, temporaryPrefix }: ArtifactPaths): Promise<void> {
  const names = await readdir(parent);
  const leftovers = names.filter((name) => name.startsWith(temporaryPrefix));
  await Promise.all(leftovers.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

/**
 * Moves each version to the next older name, the oldest first, up to the first free name, so that the order is right
 * after a crash. A damaged current version is removed instead, so that it does not replace an intact one.
 */
async function shiftVersions(paths: ArtifactPaths, keep: number): Promise<void> {
  const version = await readArtifactVersion(paths.current);
  const ages = new Set(await listVersionAges(paths));
  if (version.state !== 'valid') {
    if (version.state !== 'missing') await removeVersion(paths, 0);
    ages.delete(0);
  }
  for (const age of ages) if (age >= keep) await removeVersion(paths, age);
  const free = Array.from({ length: keep }, (_, age) => age).find((age) => !ages.has(age));
  if (free === undefined) await removeVersion(paths, keep - 1);
  for (let age = (free ?? keep - 1) - 1; age >= 0; age -= 1) {
    await rename(locateVersion(paths, age), locateVersion(paths, age + 1));
  }
}

/** Removes a version, and hides it first: a half-removed version would look damaged. */
async function removeVersion(paths: ArtifactPaths, age: number): Promise<void> {
  const removed = join(paths.parent, `${paths.temporaryPrefix}removed-${age}`);
  await rename(locateVersion(paths, age), removed);
  await rm(removed, { recursive: true, force: true });
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a directory durable: fsync of a file covers only its contents. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
