// Gradient window: sums over the gradients of about a second, for a job's rates, means and shares of time.
import {
  gradientMeasureNames,
  workerPhases,
  type GradientMeasure,
  type TimeMeasure,
} from '../../shared/measures/measures.ts';
import { measurementsLength, type GradientHeader } from '../../shared/protocol/gradient-buffer.ts';

const metricsLength = gradientMeasureNames.length;

export class GradientWindow {
  readonly startedAtMs: number;
  /** Number of updates applied before the window. */
  readonly firstUpdate: number;
  steps = 0;
  maxStaleness = 0;
  #gradients = 0;
  #staleness = 0;
  /** Sums of metrics and phase times in the order of their message, and how many gradients had each metric. */
  readonly #sums = new Float64Array(measurementsLength);
  readonly #counts = new Float64Array(metricsLength);

  constructor(startedAtMs: number, firstUpdate: number) {
    this.startedAtMs = startedAtMs;
    this.firstUpdate = firstUpdate;
  }

  /** Adds one gradient, `staleness` updates old. A gradient without coverage adds only steps and times. */
  add(header: GradientHeader, measurements: Float64Array, staleness: number): void {
    this.steps += header.steps;
    for (let index = metricsLength; index < measurementsLength; index += 1)
      this.#sums[index] = (this.#sums[index] ?? 0) + (measurements[index] ?? 0);
    if (header.coverage === 'nothing') return;
    this.#gradients += 1;
    for (let index = 0; index < metricsLength; index += 1) {
      const value = measurements[index] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      this.#sums[index] = (this.#sums[index] ?? 0) + value;
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    }
    this.#staleness += staleness;
    if (staleness > this.maxStaleness) this.maxStaleness = staleness;
  }

  /** Merges this window with the next one. */
  merge(later: GradientWindow): GradientWindow {
    const merged = new GradientWindow(this.startedAtMs, this.firstUpdate);
    for (const window of [this, later]) {
      merged.steps += window.steps;
      merged.#gradients += window.#gradients;
      merged.#staleness += window.#staleness;
      merged.maxStaleness = Math.max(merged.maxStaleness, window.maxStaleness);
      addTo(merged.#sums, window.#sums);
      addTo(merged.#counts, window.#counts);
    }
    return merged;
  }

  get meanStaleness(): number {
    return this.#gradients > 0 ? this.#staleness / this.#gradients : 0;
  }

  /** Averages the metrics; null for those that no gradient of the window had. */
  averageMeasures(): Record<GradientMeasure, number | null>;
  averageMeasures(): object {
    return Object.fromEntries(
      gradientMeasureNames.map((name, index) => {
        const count = this.#counts[index] ?? 0;
        return [name, count > 0 ? (this.#sums[index] ?? 0) / count : null];
      }),
    );
  }

  /** Computes the shares of the workers' measured time; null if none was measured. */
  shareTime(): Record<TimeMeasure, number> | null;
  shareTime(): object | null {
    const times = this.#sums.subarray(metricsLength);
    const total = times.reduce((sum, time) => sum + time, 0);
    if (total === 0) return null;
    return Object.fromEntries(
      workerPhases.map((phase, index) => [`${phase}Share`, (times[index] ?? 0) / total]),
    );
  }
}

function addTo(target: Float64Array, source: Float64Array): void {
  source.forEach((value, index) => {
    target[index] = (target[index] ?? 0) + value;
  });
}
