// Counter of calls in a second, for calls that come too often for a promise and a date each.
import { RateLimitedError } from '../problems/http-errors.ts';

const windowMs = 1_000;

export class CallRate {
  readonly #maxPerSecond: number;
  /** Calls of each caller in this second. */
  readonly #calls = new Map<string, number>();
  #windowEndsAtMs = 0;

  constructor(maxPerSecond: number) {
    this.#maxPerSecond = maxPerSecond;
  }

  /** Counts a call. Throws RateLimitedError if the caller has called too often in this second. */
  count(caller: string): void {
    const nowMs = performance.now();
    if (nowMs >= this.#windowEndsAtMs) {
      this.#calls.clear();
      this.#windowEndsAtMs = nowMs + windowMs;
    }
    const calls = (this.#calls.get(caller) ?? 0) + 1;
    if (calls > this.#maxPerSecond) throw new RateLimitedError(this.#maxPerSecond);
    this.#calls.set(caller, calls);
  }
}
