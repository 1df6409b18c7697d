// Pace of the learning curve: how often it gets a point. Points are denser at the beginning, because some jobs end
// within a third of a second.
const MIN_INTERVAL_MS = 5;
/** Fraction of the elapsed training time. */
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

  /** Schedules the next point after one at `nowMs`. */
  scheduleNext(nowMs: number, elapsedSeconds: number): void {
    const wantedMs = Math.max(MIN_INTERVAL_MS, elapsedSeconds * 1000 * INTERVAL_SHARE);
    this.#nextMs = nowMs + Math.min(this.#maxIntervalMs, wantedMs);
  }
}
