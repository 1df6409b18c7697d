// Output of environments in worker threads, written directly to the standard error of the process. Node would pass it
// to the main thread, and a thread that steps environments never waits for that: output would fill its memory until
// training ends.
import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';

const standardError = 2;
const newline = 0x0a;
/** Longer lines are written in pieces. */
const maxLineBytes = 65_536;

/** Writes whole lines at once, so that lines of several threads do not mix. */
class StandardErrorLines extends Writable {
  #pending = Buffer.alloc(0);

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const text = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const isLong = text.length > maxLineBytes;
    const end = isLong ? text.length : text.lastIndexOf(newline) + 1;
    writeWhole(text.subarray(0, end));
    this.#pending = Buffer.from(text.subarray(end));
    done();
  }
}

/**
 * Sends everything that a worker thread prints to standard error at once. The main thread's output belongs to its
 * program.
 */
export function printToStandardError(): void {
  if (isMainThread || process.stdout instanceof StandardErrorLines) return;
  const lines = new StandardErrorLines();
  for (const name of ['stdout', 'stderr'] as const) {
    Object.defineProperty(process, name, { value: lines, configurable: true, enumerable: true });
  }
}

/** Waits for a slow reader of standard error, like any program. Without a reader, the text is lost. */
function writeWhole(bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(standardError, bytes, written);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
