// Iteration over large byte arrays in pieces, so that the event loop can turn in between.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A multiple of the size of every number type. */
const pieceBytes = 256 * 1024;

/** Yields views of the bytes, in order. */
export async function* splitBytes(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < bytes.byteLength; offset += pieceBytes) {
    if (offset > 0) await nextTurn();
    yield bytes.subarray(offset, offset + pieceBytes);
  }
}
