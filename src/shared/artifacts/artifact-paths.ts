// Where the versions of an artifact stand: beside its directory, so that a rename never crosses a file system.
import { basename, dirname, join } from 'node:path';

export interface ArtifactPaths {
  /** The newest version. */
  readonly current: string;
  /** The version before: what a reader finds between a writer's two renames, or when `current` is damaged. */
  readonly previous: string;
  /** Directory of all of them. */
  readonly parent: string;
  /** What the names of half-written versions start with. */
  readonly temporaryPrefix: string;
}

/** The paths of the artifact at `directory`. */
export function resolveArtifactPaths(directory: string): ArtifactPaths {
  const parent = dirname(directory);
  const name = basename(directory);
  return {
    current: join(parent, name),
    previous: join(parent, `${name}.previous`),
    parent,
    temporaryPrefix: `${name}.writing-`,
  };
}
