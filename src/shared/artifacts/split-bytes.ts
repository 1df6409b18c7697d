// Goes through many bytes without keeping others waiting: the event loop turns between two pieces.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A multiple of what any number takes. */
const pieceBytes = 256 * 1024;

/** Views of the bytes, in order. */
export async function* splitBytes(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < bytes.byteLength; offset += pieceBytes) {
    if (offset > 0) await nextTurn();
    yield bytes.subarray(offset, offset + pieceBytes);
  }
}
