// How many requests each caller has made in the current second.

const windowMs = 1_000;

export class RequestRate {
  readonly perSecond: number;
  readonly #counts = new Map<string, number>();
  #windowEndsAtMs = 0;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
  }

  /** Counts a request of this caller; false where it is one too many. */
  accepts(caller: string): boolean {
    const nowMs = performance.now();
    if (nowMs >= this.#windowEndsAtMs) {
      // All callers begin anew together, so nothing is kept of those that are gone.
      this.#counts.clear();
      this.#windowEndsAtMs = nowMs + windowMs;
    }
    const count = (this.#counts.get(caller) ?? 0) + 1;
    this.#counts.set(caller, count);
    return count <= this.perSecond;
  }
}
