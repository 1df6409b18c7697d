// Reader of an artifact. It works while a writer replaces the artifact, and after a writer died.
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  listVersionAges,
  locateVersion,
  resolveArtifactPaths,
  type ArtifactPaths,
} from './artifact-paths.ts';
import { CorruptArtifactError } from './corrupt-artifact-error.ts';
import { readArtifactVersion, type ArtifactContents, type ArtifactVersion } from './read-artifact-version.ts';

export interface Artifact extends ArtifactContents {
  /** What is wrong with each newer version, newest first; usually empty. */
  readonly damages: readonly string[];
}

/** Contents of a version, and what is wrong with each newer one. */
export interface FoundVersion<Contents> {
  readonly contents: Contents;
  readonly damages: readonly string[];
}

/** Reads and checks the version at a path. */
export type VersionReader<Contents> = (path: string) => Promise<ArtifactVersion<Contents>>;

// A writer's two renames are microseconds apart, so a reader that misses the artifact this often is not racing a
// writer.
const maxMisses = 5;
const missDelayMs = 2;
const maxReplacements = 1000;

/**
 * Returns the newest valid version of the artifact at `directory`, or null if there never was one.
 * Throws CorruptArtifactError if versions exist but none passes its checksums.
 */
export async function readArtifact(directory: string): Promise<Artifact | null> {
  const found = await findValidVersion(directory, readArtifactVersion);
  return found && { ...found.contents, damages: found.damages };
}

/** Like readArtifact, but returns whatever `read` makes of a version. */
export async function findValidVersion<Contents>(
  directory: string,
  read: VersionReader<Contents>,
): Promise<FoundVersion<Contents> | null> {
  const paths = resolveArtifactPaths(resolve(directory));
  let misses = 0;
  for (let replacements = 0; replacements < maxReplacements; replacements += 1) {
    const found = await readNewestValid(paths, read);
    if (found === 'replaced') continue;
    if ('contents' in found) return found;
    misses += 1;
    if (misses >= maxMisses) {
      const [damage] = found.damages;
      if (damage !== undefined) throw new CorruptArtifactError(directory, damage);
      return null;
    }
    await sleep(missDelayMs);
  }
  throw new CorruptArtifactError(directory, 'it was replaced during each read');
}

/** Versions only move from newer to older names, so a reader in this order misses none. */
async function readNewestValid<Contents>(
  paths: ArtifactPaths,
  read: VersionReader<Contents>,
): Promise<FoundVersion<Contents> | 'replaced' | { readonly damages: readonly string[] }> {
  const damages: string[] = [];
  const newest = await read(paths.current);
  if (newest.state === 'valid') return { contents: newest.contents, damages };
  if (newest.state === 'replaced') return 'replaced';
  if (newest.state === 'corrupt') damages.push(newest.reason);
  for (const age of await listVersionAges(paths)) {
    if (age === 0) continue;
    const version = await read(locateVersion(paths, age));
    if (version.state === 'valid') return { contents: version.contents, damages };
    // A missing version has moved to an older name, which may not be in the list.
    if (version.state !== 'corrupt') return 'replaced';
    damages.push(version.reason);
  }
  return { damages };
}
