// Master host on child processes of the server. It may keep one process ready, with its modules loaded, so that a job
// starts at once.
import type { Master, MasterHost } from './master-host.ts';
import { MasterProcess, type MasterProcessOptions } from './master-process.ts';

export interface ProcessMasterHostOptions extends MasterProcessOptions {
  /** Whether to keep one master ready. */
  readonly keepSpare: boolean;
}

export class ProcessMasterHost implements MasterHost {
  readonly #options: ProcessMasterHostOptions;
  #spare: MasterProcess | null = null;
  #isClosed = false;

  constructor(options: ProcessMasterHostOptions) {
    this.#options = options;
  }

  take(): Master {
    const spare = this.#spare;
    this.#spare = null;
    return spare?.isAlive ? spare : this.#fork();
  }

  prepare(): void {
    if (!this.#options.keepSpare || this.#isClosed || this.#spare?.isAlive) return;
    this.#spare = this.#fork();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#spare?.discard();
    this.#spare = null;
  }

  #fork(): MasterProcess {
    return new MasterProcess(this.#options);
  }
}
