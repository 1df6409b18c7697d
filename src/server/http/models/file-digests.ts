// Checksums of files, computed once and remembered until the file changes. Hashing large weights for every reader
// would delay all others.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { readChunks } from './read-chunks.ts';

export interface FileDigest {
  /** In lower-case hexadecimal. */
  readonly sha256: string;
  /** Needed by zip archives. */
  readonly crc32: number;
}

/** Some hundred bytes each. */
const maxRemembered = 4_096;

export class FileDigests {
  /** By the properties that change with the file. Requests for the same file share one reading. */
  readonly #digests = new Map<string, Promise<FileDigest>>();

  async read(file: FileHandle): Promise<FileDigest> {
    const { dev, ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true });
    const key = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    const known = this.#digests.get(key);
    if (known) return await known;
    const digest = computeDigest(file, Number(size));
    this.#remember(key, digest);
    try {
      return await digest;
    } catch (error) {
      this.#digests.delete(key);
      throw error;
    }
  }

  #remember(key: string, digest: Promise<FileDigest>): void {
    // The first key of a map is its oldest.
    for (const oldest of this.#digests.keys()) {
      if (this.#digests.size < maxRemembered) break;
      this.#digests.delete(oldest);
    }
    this.#digests.set(key, digest);
  }
}

async function computeDigest(file: FileHandle, size: number): Promise<FileDigest> {
  const hash = createHash('sha256');
  let checksum = 0;
  for await (const chunk of readChunks(file, { size })) {
    hash.update(chunk);
    checksum = crc32(chunk, checksum);
  }
  return { sha256: hash.digest('hex'), crc32: checksum };
}
