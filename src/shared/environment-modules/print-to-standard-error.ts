// What an environment prints in a worker thread, on the standard error of the process. Node would hand it to the main
// thread, and while a thread steps environments it never waits for that: prints would fill its memory until training ends.
import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';

const standardError = 2;
const newline = 0x0a;
/** A line that is longer is written in pieces. */
const longestLineBytes = 65_536;

/** Whole lines in one write each: lines of several threads do not mix. */
class StandardErrorLines extends Writable {
  #pending = Buffer.alloc(0);

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const text = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const isLong = text.length > longestLineBytes;
    const end = isLong ? text.length : text.lastIndexOf(newline) + 1;
    writeWhole(text.subarray(0, end));
    this.#pending = Buffer.from(text.subarray(end));
    done();
  }
}

/** Lets everything a worker thread prints appear at once, on standard error; the main thread's is its program's. */
export function printToStandardError(): void {
  if (isMainThread || process.stdout instanceof StandardErrorLines) return;
  const lines = new StandardErrorLines();
  for (const name of ['stdout', 'stderr'] as const) {
    Object.defineProperty(process, name, { value: lines, configurable: true, enumerable: true });
  }
}

/** Waits for a slow reader of standard error, as any program does; without a reader the text is lost. */
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
