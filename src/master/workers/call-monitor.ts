// Notices that a thread is stuck in a call of user code. It counts its own looks instead of time: a process that was
// suspended meanwhile has not waited for anyone.

export interface CallMonitorOptions {
  readonly timeoutSeconds: number;
  /** Calls that the thread of a slot has ended, or null while it has none open. */
  readonly readOpenCalls: (slot: number) => number | null;
  /** Called once for a call that stays open; its slot is not watched any longer. */
  readonly onTimeout: (slot: number) => void;
}

interface Silence {
  endedCalls: number | null;
  looks: number;
}

const LONGEST_INTERVAL_MS = 1_000;
/** Looks within a timeout, at least, so that it is met to a quarter. */
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
