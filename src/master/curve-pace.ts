// How far apart points of the learning curve are: closer at the beginning, as some jobs are over in a third of a second.
const MIN_INTERVAL_MS = 5;
/** Of the time that training has taken so far. */
const INTERVAL_SHARE = 0.02;

export class CurvePace {
  readonly #maxIntervalMs: number;
  #nextMs = 0;

  constructor(maxIntervalMs: number) {
    this.#maxIntervalMs = maxIntervalMs;
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.#nextMs;
  }

  /** A point was taken now. */
  noteOne(nowMs: number, elapsedSeconds: number): void {
    const wantedMs = Math.max(MIN_INTERVAL_MS, elapsedSeconds * 1000 * INTERVAL_SHARE);
    this.#nextMs = nowMs + Math.min(this.#maxIntervalMs, wantedMs);
  }
}
