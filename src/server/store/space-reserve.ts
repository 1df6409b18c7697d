// Reserve file that only takes up disk space. It is deleted when the disk is full, so that job states can still be
// recorded.
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

const blockBytes = 64 * 1024;

export class SpaceReserve {
  readonly #path: string;
  readonly #bytes: number;

  constructor(directory: string, bytes: number) {
    this.#path = join(directory, 'a3c.reserve');
    this.#bytes = bytes;
  }

  /** Fills the file, as far as there is space. */
  async fill(): Promise<void> {
    const file = await open(this.#path, 'a');
    try {
      await this.#grow(file);
    } finally {
      await file.close();
    }
  }

  /** Deletes the file, so that its space is free for others. */
  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  async #grow(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    // Written, not only sized: a sparse file reserves nothing.
    const block = new Uint8Array(blockBytes);
    for (let written = size; written < this.#bytes; written += blockBytes) await file.write(block);
  }
}
