// Masters on demand. One may wait with its modules loaded, so that a job starts without a process's start-up time.
import type { Logger } from 'pino';
import { JobProcess } from './job-process.ts';

export interface MasterPoolOptions {
  /** The master's entry file. */
  readonly entry: string;
  /** Whether to keep one master waiting. */
  readonly keepSpare: boolean;
  readonly log: Logger;
}

export class MasterPool {
  readonly #options: MasterPoolOptions;
  #spare: JobProcess | null = null;
  #isClosed = false;

  constructor(options: MasterPoolOptions) {
    this.#options = options;
  }

  /** A master without a job; it belongs to the caller. */
  take(): JobProcess {
    const spare = this.#spare;
    this.#spare = null;
    return spare?.isAlive ? spare : this.#fork();
  }

  /** Sees to it that a master waits, where that is wanted. */
  prepare(): void {
    if (!this.#options.keepSpare || this.#isClosed || this.#spare?.isAlive) return;
    this.#spare = this.#fork();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#spare?.discard();
    this.#spare = null;
  }

  #fork(): JobProcess {
    return new JobProcess(this.#options.entry, this.#options.log);
  }
}
