// Python process of a worker, which answers requests over two pipes while the worker's thread waits for it. The pipes are
// FIFOs, because the thread must be able to block: a round trip then takes about 7 µs, and twice as long through the event
// loop. The process ends when its parent ends, and the standard input of the process tells it (bridge.py).
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PipeUnavailableError } from './gymnasium-errors.ts';

/** The program, which the build copies beside this module. */
export const bridgeProgram = fileURLToPath(new URL('bridge.py', import.meta.url));

/** How long a process may take for closing its environments. */
const closeMs = 2_000;

/** Both ends of a pipe. */
interface Pipe {
  readonly read: number;
  readonly write: number;
}

export class PythonProcess {
  readonly #child: ChildProcess;
  readonly #requests: number;
  readonly #replies: number;
  /** Why the process is gone, once it is. */
  readonly #end: Promise<string>;
  #isClosed = false;

  private constructor(child: ChildProcess, requests: number, replies: number) {
    this.#child = child;
    this.#requests = requests;
    this.#replies = replies;
    this.#end = describeEnd(child);
    // A program that has nothing else to do may end.
    child.unref();
    if (child.stdin instanceof Socket) child.stdin.unref();
  }

  /** Starts the bridge. Whether it works is known when its first reply is read. */
  static open(python: string, settings: unknown): PythonProcess {
    const [requests, replies] = openPipes();
    try {
      const child = spawn(python, ['-u', bridgeProgram, 'step', JSON.stringify(settings)], {
        // Python's prints go to the standard error of this process, as those of other environments.
        stdio: ['pipe', 'ignore', 'inherit', requests.read, replies.write],
      });
      return new PythonProcess(child, requests.write, replies.read);
    } finally {
      closeSync(requests.read);
      closeSync(replies.write);
    }
  }

  /** Undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves to the end of a sentence about the process, when it is gone. */
  get end(): Promise<string> {
    return this.#end;
  }

  /** Sends a request; returns false if the process is gone. */
  write(bytes: Uint8Array): boolean {
    try {
      for (let sent = 0; sent < bytes.length;)
        sent += writeSync(this.#requests, bytes, sent, bytes.length - sent, null);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return false;
      throw error;
    }
  }

  /** Waits for bytes of a reply, and returns how many were read; 0 if the process is gone. */
  read(bytes: Uint8Array, offset: number, length: number): number {
    return readSync(this.#replies, bytes, offset, length, null);
  }

  /** Ends the process and waits for its end. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#requests);
    closeSync(this.#replies);
    this.#child.ref();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), closeMs);
    await this.#end;
    clearTimeout(timer);
  }
}

async function describeEnd(child: ChildProcess): Promise<string> {
  return await new Promise((resolve) => {
    child.once('error', ({ message }) => {
      resolve(`cannot be started: ${message}`);
    });
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `exited with code ${code}` : `was killed by ${signal}`);
    });
  });
}

/** Opens two pipes. Their files are gone when this returns. Throws PipeUnavailableError. */
function openPipes(): [Pipe, Pipe] {
  const directory = mkdtempSync(join(tmpdir(), 'a3c-bridge-'));
  const paths = [join(directory, 'requests'), join(directory, 'replies')];
  try {
    const { status, error } = spawnSync('mkfifo', ['-m', '600', ...paths]);
    if (status !== 0) throw new PipeUnavailableError(directory, error);
    const [requests, replies] = paths.map(openPipe);
    if (!requests || !replies) throw new PipeUnavailableError(directory);
    return [requests, replies];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Opens a FIFO for reading and for writing. Opening one end waits for the other, unless something has both. */
function openPipe(path: string): Pipe {
  const both = openSync(path, constants.O_RDWR);
  try {
    return { read: openSync(path, constants.O_RDONLY), write: openSync(path, constants.O_WRONLY) };
  } finally {
    closeSync(both);
  }
}
