// Reads an artifact, whatever its writer is doing at the moment or was doing when it died.
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { resolveArtifactPaths } from './artifact-paths.ts';
import { CorruptArtifactError } from './corrupt-artifact-error.ts';
import { readArtifactVersion, type Artifact, type ArtifactVersion } from './read-artifact-version.ts';

// A writer's two renames are microseconds apart; a reader that misses the artifact this often is not racing it.
const maxMisses = 5;
const missDelayMs = 2;
const maxReplacements = 1000;

/**
 * The newest valid version of the artifact at `directory`, or null when there never was one.
 * Throws CorruptArtifactError when there was and no version passes its checksums.
 */
export async function readArtifact(directory: string): Promise<Artifact | null> {
  const { current, previous } = resolveArtifactPaths(resolve(directory));
  let misses = 0;
  for (let replacements = 0; replacements < maxReplacements; replacements += 1) {
    const newest = await readArtifactVersion(current);
    if (newest.state === 'valid') return newest.artifact;
    if (newest.state === 'replaced') continue;
    const fallback = await readArtifactVersion(previous);
    if (fallback.state === 'valid') return fallback.artifact;
    if (fallback.state === 'replaced') continue;
    misses += 1;
    if (misses >= maxMisses) return explainMiss(directory, [newest, fallback]);
    await sleep(missDelayMs);
  }
  throw new CorruptArtifactError(directory, 'it was replaced each time it was read');
}

function explainMiss(directory: string, versions: readonly ArtifactVersion[]): null {
  const corrupt = versions.find((version) => version.state === 'corrupt');
  if (corrupt) throw new CorruptArtifactError(directory, corrupt.reason);
  return null;
}
