// Artifact store in directories: `<job's directory>/<name>`, and its earlier versions beside it.
import { join } from 'node:path';
import type { ArtifactAddress, ArtifactStore } from './artifact-store.ts';
import { readArtifact, type Artifact } from './read-artifact.ts';
import { writeArtifact } from './write-artifact.ts';

export class DirectoryArtifactStore implements ArtifactStore {
  readonly #locateJob: (jobId: string) => string;

  /** `locateJob` names the directory of a job; it is made with the first artifact where only itself is missing. */
  constructor(locateJob: (jobId: string) => string) {
    this.#locateJob = locateJob;
  }

  async write(
    address: ArtifactAddress,
    files: ReadonlyMap<string, Uint8Array>,
    options: { readonly keep?: number } = {},
  ): Promise<void> {
    await writeArtifact({ directory: this.locate(address), files, ...options });
  }

  async read(address: ArtifactAddress): Promise<Artifact | null> {
    return await readArtifact(this.locate(address));
  }

  /** The directory of an artifact's newest version. */
  locate({ jobId, name }: ArtifactAddress): string {
    return join(this.#locateJob(jobId), name);
  }
}
