// Copy of a model or checkpoint from NATS into the data directory.
import type { ArtifactName } from '../../shared/artifacts/artifact-store.ts';
import type { JobId } from '../../shared/job/job.ts';
import type { Cluster } from '../../trainer/cluster/cluster.ts';
import { unpackFiles } from '../../trainer/cluster/pack-files.ts';
import type { Store } from '../store/store.ts';

export interface StoredArtifact {
  readonly cluster: Cluster;
  readonly store: Pick<Store, 'artifacts'>;
  readonly id: JobId;
  readonly name: ArtifactName;
  /** Name of the object in NATS. */
  readonly object: string;
}

/** Copies an artifact; one that is gone was replaced by a newer one, of which another report follows. */
export async function fetchArtifact({ cluster, store, id, name, object }: StoredArtifact): Promise<void> {
  const bytes = await cluster.objects.getBlob(object);
  if (bytes === null) return;
  await store.artifacts.write({ jobId: id, name }, await unpackFiles(bytes));
}
