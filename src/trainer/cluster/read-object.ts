// Reader of a stored object, which may be replaced while it is read. The library's own reader waits for ever for the
// pieces of an object that was replaced; this one asks for each piece.
import { createHash } from 'node:crypto';
import { AppError } from '../../shared/errors/app-error.ts';
import type { Cluster } from './cluster.ts';
import { artifactBucket } from './names.ts';

/** The bytes of a stored object are not those that were stored. */
export class DamagedObjectError extends AppError {
  readonly code = 'DAMAGED_OBJECT';
}

const stream = `OBJ_${artifactBucket}`;

/** Returns the bytes of an object; null if there is none, or none any more. Throws DamagedObjectError. */
export async function readObject({ objects, messages }: Cluster, name: string): Promise<Uint8Array | null> {
  const info = await objects.info(name);
  if (info === null || info.deleted) return null;
  const pieces: Uint8Array[] = [];
  let sequence = 0;
  for (let index = 0; index < info.chunks; index += 1) {
    const piece = await messages.getMessage(stream, {
      seq: sequence + 1,
      next_by_subj: `$O.${artifactBucket}.C.${info.nuid}`,
    });
    if (piece === null) return null;
    pieces.push(piece.data);
    sequence = piece.seq;
  }
  const bytes = Buffer.concat(pieces);
  const digest = createHash('sha256').update(bytes).digest('base64url');
  // The library pads the digest.
  if (info.digest.replace('SHA-256=', '').replaceAll('=', '') !== digest)
    throw new DamagedObjectError(`the stored object ${name} does not match its checksum`);
  return bytes;
}
