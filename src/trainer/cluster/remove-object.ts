// Removal of a stored object. The library's own leaves a record of each removed object for ever; checkpoints are removed
// all the time.
import type { Cluster } from './cluster.ts';
import { artifactBucket } from './names.ts';

const stream = `OBJ_${artifactBucket}`;

/** Removes an object and its record; nothing happens if there is none. */
export async function removeObject({ objects, streams }: Cluster, name: string): Promise<void> {
  const info = await objects.info(name);
  if (info === null) return;
  // First the record: a reader must not find it without the pieces.
  const encoded = Buffer.from(name).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  await streams.purge(stream, { filter: `$O.${artifactBucket}.M.${encoded}` });
  await streams.purge(stream, { filter: `$O.${artifactBucket}.C.${info.nuid}` });
}
