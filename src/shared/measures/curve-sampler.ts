// Curve sampler: selects the reports that become points of the learning curve. At first every report does, later fewer
// and fewer, so that a run of weeks has a curve of about ten thousand points, evenly fine over its length.
const finestShare = 1 / 2000;

export class CurveSampler {
  #lastElapsedSeconds = Number.NEGATIVE_INFINITY;

  /** Whether enough time has passed since the last point. */
  accepts(elapsedSeconds: number): boolean {
    if (elapsedSeconds - this.#lastElapsedSeconds < elapsedSeconds * finestShare) return false;
    this.#lastElapsedSeconds = elapsedSeconds;
    return true;
  }
}
