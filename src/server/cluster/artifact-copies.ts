// Copies of models and checkpoints from NATS in the data directory.
import type { ArtifactName } from '../../shared/artifacts/artifact-store.ts';
import type { JobId } from '../../shared/job/job.ts';
import { readClaim } from '../../trainer/cluster/claimed-job.ts';
import type { Cluster } from '../../trainer/cluster/cluster.ts';
import { unpackFiles } from '../../trainer/cluster/pack-files.ts';
import { readObject } from '../../trainer/cluster/read-object.ts';
import type { Store } from '../store/store.ts';

export interface ReportedArtifact {
  readonly id: JobId;
  readonly name: Extract<ArtifactName, 'best' | 'latest' | 'checkpoint'>;
  /** Name of the object in NATS. */
  readonly object: string;
}

export class ArtifactCopies {
  readonly #cluster: Cluster;
  readonly #store: Pick<Store, 'artifacts'>;
  /** The last copied object of each job and name. */
  readonly #copied = new Map<string, string>();

  constructor(cluster: Cluster, store: Pick<Store, 'artifacts'>) {
    this.#cluster = cluster;
    this.#store = store;
  }

  /**
   * Copies a model or checkpoint, or a newer one that has replaced it. Throws DamagedObjectError, or what NATS and the
   * disk throw.
   */
  async copy({ id, name, object }: ReportedArtifact): Promise<void> {
    const key = `${id}/${name}`;
    const found = await readClaim(this.#cluster, id);
    const newest = found?.claim.artifacts[name]?.[0] ?? object;
    if (this.#copied.get(key) === newest) return;
    const bytes = await readObject(this.#cluster, newest);
    // It was replaced meanwhile; the report of the next one follows.
    if (bytes === null) return;
    await this.#store.artifacts.write({ jobId: id, name }, await unpackFiles(bytes));
    this.#copied.set(key, newest);
  }

  /** Forgets a job whose run has ended. */
  forget(id: JobId): void {
    for (const key of this.#copied.keys()) if (key.startsWith(`${id}/`)) this.#copied.delete(key);
  }
}
