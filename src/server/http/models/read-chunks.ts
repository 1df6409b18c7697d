// File reader that reads each piece when it is asked for, so that the event loop can turn in between.
import type { FileHandle } from 'node:fs/promises';

export const chunkBytes = 64 * 1024;

/** Yields the first `size` bytes of the file. Throws if the file has become shorter. */
export async function* readChunks(
  file: Pick<FileHandle, 'read'>,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  for (let position = 0; position < size;) {
    // A new buffer each time: the previous one may not have been sent yet.
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - position));
    const { bytesRead } = await file.read({ buffer, position });
    if (bytesRead === 0) throw new Error(`the file ends after ${position} of ${size} bytes`);
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
