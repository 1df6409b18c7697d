// A learning curve that grows: rows of neighbouring points with their mean and extremes. When there are many rows, pairs
// of them become one, so that a curve of any length stays quick to draw and no spike is lost.
import type { CurveBands } from '../../../src/shared/api/learning-curve.ts';
import type { TrainingFigures } from '../../../src/shared/job/job.ts';
import { flattenMeasures } from '../../../src/shared/measures/measured.ts';

export type Column = (number | null)[];

export interface Band {
  readonly mean: Column;
  readonly min: Column;
  readonly max: Column;
}

export type Axis = 'steps' | 'episodes' | 'elapsedSeconds';

/** About as many as a wide plot has pixels. */
const maxRows = 1_200;
const axes: readonly Axis[] = ['steps', 'episodes', 'elapsedSeconds'];

export class LiveCurve {
  readonly axis: Readonly<Record<Axis, number[]>>;
  readonly #columns: ReadonlyMap<string, Band>;
  #pointsPerRow: number;
  /** Points in the last row. */
  #filled: number;

  constructor({ pointsPerRow, columns, ...axis }: CurveBands) {
    this.axis = axis;
    this.#columns = new Map(Object.entries(columns));
    this.#pointsPerRow = pointsPerRow;
    // A row that is taken for full is at worst a little shorter than the others.
    this.#filled = pointsPerRow;
  }

  get length(): number {
    return this.axis.steps.length;
  }

  get lastSteps(): number {
    return this.axis.steps.at(-1) ?? -1;
  }

  /** Throws for a column that was not read. */
  column(name: string): Band {
    const band = this.#columns.get(name);
    if (!band) throw new Error(`the curve has no column ${name}`);
    return band;
  }

  /** Whether the column has any number. */
  has(name: string): boolean {
    return this.#columns.get(name)?.mean.some((value) => value !== null) ?? false;
  }

  /** Adds what a job reports. Reports of what is in the curve already are left out. */
  append(figures: TrainingFigures): void {
    const { steps, episodes, elapsedSeconds } = figures.progress;
    if (steps <= this.lastSteps) return;
    const opens = this.#filled >= this.#pointsPerRow || this.length === 0;
    for (const name of axes) {
      const values = this.axis[name];
      if (opens) values.push(0);
      values[values.length - 1] = { steps, episodes, elapsedSeconds }[name];
    }
    const point = listFigures(figures);
    for (const [name, band] of this.#columns) addToBand(band, point[name] ?? null, opens ? 0 : this.#filled);
    this.#filled = opens ? 1 : this.#filled + 1;
    if (this.length > maxRows) this.#halve();
  }

  /** Value on one axis at a place on another, between the rows by interpolation. */
  convert(value: number, from: Axis, to: Axis): number {
    const source = this.axis[from];
    const target = this.axis[to];
    const next = source.findIndex((other) => other >= value);
    if (next === -1) return target.at(-1) ?? 0;
    const [before, after] = [source[next - 1] ?? 0, source[next] ?? 0];
    const share = after > before ? (value - before) / (after - before) : 1;
    const start = target[next - 1] ?? 0;
    return start + share * ((target[next] ?? 0) - start);
  }

  #halve(): void {
    const isOdd = this.length % 2 === 1;
    for (const name of axes) {
      const values = this.axis[name];
      replace(
        values,
        pair(values, (first, second) => second ?? first),
      );
    }
    for (const { mean, min, max } of this.#columns.values()) {
      replace(mean, pair(mean, average));
      replace(min, pair(min, pick(Math.min)));
      replace(max, pair(max, pick(Math.max)));
    }
    this.#filled = isOdd ? this.#filled : this.#filled + this.#pointsPerRow;
    this.#pointsPerRow *= 2;
  }
}

/** The measures of a report by the names of their columns. */
function listFigures(figures: TrainingFigures): Readonly<Record<string, number | null>> {
  const { progress, reward, throughput, staleness } = figures;
  return {
    updates: progress.updates,
    stepsPerSecond: throughput.stepsPerSecond,
    movingAverage: reward.movingAverage,
    exponentialMovingAverage: reward.exponentialMovingAverage,
    evaluation: reward.evaluation?.mean ?? null,
    staleness: staleness.mean,
    ...flattenMeasures(figures),
  };
}

/** Adds a value to the last row, which has `count` others; to a new row if it has none. */
function addToBand({ mean, min, max }: Band, value: number | null, count: number): void {
  if (count === 0) {
    for (const column of [mean, min, max]) column.push(value);
    return;
  }
  const last = mean.length - 1;
  const before = mean[last] ?? null;
  mean[last] = value === null ? before : before === null ? value : before + (value - before) / (count + 1);
  min[last] = pick(Math.min)(min[last] ?? null, value);
  max[last] = pick(Math.max)(max[last] ?? null, value);
}

function pair<Value>(
  values: readonly Value[],
  join: (first: Value, second: Value | undefined) => Value,
): Value[] {
  const joined: Value[] = [];
  for (let index = 0; index < values.length; index += 2) {
    const [first, second] = values.slice(index, index + 2);
    if (first !== undefined) joined.push(join(first, second));
  }
  return joined;
}

function average(first: number | null, second: number | null | undefined): number | null {
  if (first === null || second === null || second === undefined) return first ?? second ?? null;
  return (first + second) / 2;
}

function pick(choose: (first: number, second: number) => number) {
  return (first: number | null, second: number | null | undefined): number | null => {
    if (first === null || second === null || second === undefined) return first ?? second ?? null;
    return choose(first, second);
  };
}

function replace<Value>(values: Value[], others: readonly Value[]): void {
  values.splice(0, values.length, ...others);
}
