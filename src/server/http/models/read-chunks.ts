// File reader that reads each piece when it is asked for, so that the event loop can turn in between.
import type { FileHandle } from 'node:fs/promises';

export const chunkBytes = 64 * 1024;

/** Yields `size` bytes of the file. Throws if the file has become shorter. */
export async function* readChunks(
  file: Pick<FileHandle, 'read'>,
  { start = 0, size }: { readonly start?: number; readonly size: number },
): AsyncGenerator<Buffer, void, undefined> {
  const end = start + size;
  for (let position = start; position < end;) {
    // A new buffer each time: the previous one may not have been sent yet.
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, end - position));
    const { bytesRead } = await file.read({ buffer, position });
    if (bytesRead === 0) throw new Error(`the file ends after ${position} of ${end} bytes`);
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
