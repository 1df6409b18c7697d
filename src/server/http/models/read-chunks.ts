// Reads a file piece by piece, each when it is asked for: the event loop turns between two of them.
import type { FileHandle } from 'node:fs/promises';

export const chunkBytes = 64 * 1024;

/** The first `size` bytes of the file; throws where it has become shorter. */
export async function* readChunks(
  file: Pick<FileHandle, 'read'>,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  for (let position = 0; position < size;) {
    // A buffer of its own: the one before may not have been sent yet.
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - position));
    const { bytesRead } = await file.read({ buffer, position });
    if (bytesRead === 0) throw new Error(`the file ends after ${position} of ${size} bytes`);
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
