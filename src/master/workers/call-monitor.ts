// Call monitor: notices when a thread hangs in a call of user code. It counts its own checks instead of time, because a
// process that was suspended has not waited for any call.

export interface CallMonitorOptions {
  readonly timeoutSeconds: number;
  /** Returns the number of calls that a slot's thread has finished; null if none is open. */
  readonly readOpenCalls: (slot: number) => number | null;
  /** Called once for a call that hangs; its slot is not watched any more. */
  readonly onTimeout: (slot: number) => void;
}

interface Silence {
  endedCalls: number | null;
  looks: number;
}

const LONGEST_INTERVAL_MS = 1_000;
/** Number of checks within a timeout; a hang is noticed at most a quarter of it late. */
const LOOKS_PER_TIMEOUT = 4;

export class CallMonitor {
  readonly #options: CallMonitorOptions;
  readonly #slots = new Map<number, Silence>();
  readonly #looksAllowed: number;
  readonly #timer: NodeJS.Timeout;

  constructor(options: CallMonitorOptions) {
    const timeoutMs = options.timeoutSeconds * 1000;
    const intervalMs = Math.min(LONGEST_INTERVAL_MS, timeoutMs / LOOKS_PER_TIMEOUT);
    this.#options = options;
    this.#looksAllowed = Math.ceil(timeoutMs / intervalMs);
    this.#timer = setInterval(() => {
      this.#look();
    }, intervalMs);
  }

  watch(slot: number): void {
    this.#slots.set(slot, { endedCalls: null, looks: 0 });
  }

  forget(slot: number): void {
    this.#slots.delete(slot);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { readOpenCalls, onTimeout } = this.#options;
    for (const [slot, silence] of this.#slots) {
      const endedCalls = readOpenCalls(slot);
      const isSameCall = endedCalls !== null && endedCalls === silence.endedCalls;
      silence.looks = isSameCall ? silence.looks + 1 : 0;
      silence.endedCalls = endedCalls;
      if (silence.looks < this.#looksAllowed) continue;
      this.#slots.delete(slot);
      onTimeout(slot);
    }
  }
}
