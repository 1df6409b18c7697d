// A file that only takes up room. When the disk is full it gives way, so that the states of jobs can still be recorded.
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

  /** Takes the room, or as much of it as there is. */
  async fill(): Promise<void> {
    const file = await open(this.#path, 'a');
    try {
      await this.#grow(file);
    } finally {
      await file.close();
    }
  }

  /** Gives the room to whoever writes next. */
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
