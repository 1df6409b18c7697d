// File that grows while a run trains. What is appended is written a moment later, together; a failure is reported and
// tried again, and never reaches the caller.
import { open, type FileHandle } from 'node:fs/promises';
import { explainDiskError } from '../artifacts/explain-disk-error.ts';

/** Readers see what happened at most this long ago. */
const flushIntervalMs = 2_000;
/** Of a few hours of training. While the disk fails, what exceeds it is lost. */
const maxWaitingBytes = 8 * 1024 * 1024;

export interface GrowingFileOptions {
  /**
   * Makes the file ready and returns its path and the position to write at. Called before the first write, and again
   * if it fails.
   */
  readonly prepare: () => Promise<FilePlace>;
  /** Called when writing fails, once until it works again. */
  readonly onFailure: (reason: string) => void;
  readonly intervalMs?: number;
}

/** Bytes, or a function that makes them once the file is ready. */
export type FileRecord = Uint8Array | (() => Uint8Array);

export interface FilePlace {
  readonly path: string;
  /** In bytes. */
  readonly position: number;
}

export class GrowingFile {
  readonly #options: GrowingFileOptions;
  #place: FilePlace | null = null;
  #waiting: FileRecord[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(options: GrowingFileOptions) {
    this.#options = options;
  }

  /** Appends a record as a whole, or drops it as a whole if too much is waiting. */
  append(record: FileRecord): void {
    if (this.#waitingBytes + countBytes(record) > maxWaitingBytes) return;
    this.#waiting.push(record);
    this.#waitingBytes += countBytes(record);
    this.#schedule();
  }

  /** Writes what is waiting, with one try if the disk fails. Never rejects. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#flush();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#flush();
    }, this.#options.intervalMs ?? flushIntervalMs).unref();
  }

  async #flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  async #write(): Promise<void> {
    const records = this.#waiting.slice();
    if (records.length === 0) return;
    try {
      this.#place ??= await this.#options.prepare();
      const { path, position } = this.#place;
      const content = Buffer.concat(
        records.map((record) => (record instanceof Uint8Array ? record : record())),
      );
      await writeAt(path, content, position);
      // A write that failed half way is repeated from the same position, so no part of a record stays in the file.
      this.#place = { path, position: position + content.byteLength };
      this.#waiting.splice(0, records.length);
      for (const record of records) this.#waitingBytes -= countBytes(record);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#options.onFailure(describe(error));
      this.#isFailing = true;
      this.#schedule();
    }
  }
}

/** What is made later is rare and small. */
function countBytes(record: FileRecord): number {
  return record instanceof Uint8Array ? record.byteLength : 0;
}

/** The file is open only for a moment: a server has many runs, and few file handles. */
async function writeAt(path: string, content: Buffer, position: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await writeAll(file, content, position);
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, content: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < content.byteLength) {
    const { bytesWritten } = await file.write(
      content,
      written,
      content.byteLength - written,
      position + written,
    );
    written += bytesWritten;
  }
}

function describe(error: unknown): string {
  return explainDiskError(error) ?? (error instanceof Error ? error.message : String(error));
}
