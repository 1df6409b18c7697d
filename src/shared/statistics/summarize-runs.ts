// Several runs as one curve: their mean and the range of the middle half at each place of the axis.
import { pickQuantile } from './interquartile-mean.ts';

export interface Run {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** Whether the run goes no further. It then counts with its last value, so that the mean does not jump where it ends. */
  readonly isOver: boolean;
}

export interface Summary {
  readonly x: number[];
  readonly mean: (number | null)[];
  readonly low: (number | null)[];
  readonly high: (number | null)[];
}

const places = 400;

/** A run that still goes on counts as far as it is: from there on, the curve is of the others. */
export function summarizeRuns(runs: readonly Run[]): Summary {
  const end = Math.max(0, ...runs.map(({ x }) => x.at(-1) ?? 0));
  const summary: Summary = { x: [], mean: [], low: [], high: [] };
  const readers = runs.map(createReader);
  for (let place = 0; place <= places; place += 1) {
    const x = (end * place) / places;
    const values = readers
      .map((read) => read(x))
      .filter((value) => value !== null)
      .sort((a, b) => a - b);
    if (values.length === 0) continue;
    summary.x.push(x);
    summary.mean.push(values.reduce((sum, value) => sum + value, 0) / values.length);
    summary.low.push(pickQuantile(values, 0.25));
    summary.high.push(pickQuantile(values, 0.75));
  }
  return summary;
}

/**
 * Returns the value of a run at a place, between its points by interpolation; behind its end the last value of a run that
 * is over; otherwise null. Places must increase.
 */
function createReader({ x, y, isOver }: Run): (place: number) => number | null {
  let index = 0;
  const last = isOver ? (y.findLast((value) => value !== null) ?? null) : null;
  return (place) => {
    while (index < x.length && (x[index] ?? 0) < place) index += 1;
    const [after, value] = [x[index], y[index]];
    if (after === undefined) return last;
    if (value === undefined || value === null) return null;
    const [before, previous] = [x[index - 1], y[index - 1]];
    if (after === place || before === undefined || previous === undefined || previous === null)
      return after === place ? value : null;
    return previous + ((place - before) / (after - before)) * (value - previous);
  };
}
