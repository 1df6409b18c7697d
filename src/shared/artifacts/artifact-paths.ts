// Paths of an artifact's versions. They are siblings of its directory, so that a rename never crosses a file system.
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface ArtifactPaths {
  /** Name of the directory. */
  readonly name: string;
  /** Path of the newest version. */
  readonly current: string;
  /** Directory that contains all versions. */
  readonly parent: string;
  /** Prefix of half-written versions and of versions that are being removed. */
  readonly temporaryPrefix: string;
}

/** Resolves the paths of the artifact at `directory`. */
export function resolveArtifactPaths(directory: string): ArtifactPaths {
  const parent = dirname(directory);
  const name = basename(directory);
  return { name, current: join(parent, name), parent, temporaryPrefix: `${name}.writing-` };
}

/** Path of the version that is `age` writes old; 0 is the newest. */
export function locateVersion({ parent, name }: ArtifactPaths, age: number): string {
  if (age === 0) return join(parent, name);
  return join(parent, age === 1 ? `${name}.previous` : `${name}.previous-${age}`);
}

/** Ages of the existing versions, newest first. There may be gaps. */
export async function listVersionAges({ parent, name }: ArtifactPaths): Promise<number[]> {
  const previous = `${name}.previous`;
  const ages = (await listNames(parent)).flatMap((entry) => {
    if (entry === name) return [0];
    if (entry === previous) return [1];
    const [, age] = entry.startsWith(previous)
      ? (/^-([1-9]\d{0,3})$/.exec(entry.slice(previous.length)) ?? [])
      : [];
    return age === undefined || age === '1' ? [] : [Number(age)];
  });
  return ages.sort((left, right) => left - right);
}

async function listNames(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return [];
    throw error;
  }
}
