// Artifact store: models and checkpoints of jobs, by job and name.
import type { ModelName } from '../job/model-name.ts';
import type { Artifact } from './read-artifact.ts';

/** The best and latest models, the newest checkpoint, and the weights that a job starts from. */
export type ArtifactName = ModelName | 'checkpoint' | 'start';

export interface ArtifactAddress {
  readonly jobId: string;
  readonly name: ArtifactName;
}

export interface ArtifactStore {
  /**
   * Stores the files as the newest version. Readers see it whole or not at all, whenever the writer dies. An artifact has
   * one writer at a time; `keep` versions stay, 2 by default.
   */
  write(
    address: ArtifactAddress,
    files: ReadonlyMap<string, Uint8Array>,
    options?: { readonly keep?: number },
  ): Promise<void>;
  /**
   * The newest version that passes its checksums; null where nothing was ever written. Throws CorruptArtifactError where
   * no version passes, and ArtifactUnreadableError where the storage fails.
   */
  read(address: ArtifactAddress): Promise<Artifact | null>;
}
