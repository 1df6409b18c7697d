// Chooses which reports become points of the learning curve: all at first, then ever fewer, so that a run of weeks
// keeps a curve of some ten thousand points that is as fine as its length allows.
const finestShare = 1 / 2000;

export class CurveSampler {
  #lastElapsedSeconds = Number.NEGATIVE_INFINITY;

  /** Whether figures of this age are far enough from the point before. */
  accepts(elapsedSeconds: number): boolean {
    if (elapsedSeconds - this.#lastElapsedSeconds < elapsedSeconds * finestShare) return false;
    this.#lastElapsedSeconds = elapsedSeconds;
    return true;
  }
}
