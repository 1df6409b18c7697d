// Learning curves of several runs on one common grid of steps, so that they are small and comparable.
import { MovingAverage } from '../../src/master/learner/moving-average.ts';
import { summarize } from '../statistics.ts';

/** Points of a curve. */
const GRID_SIZE = 60;
const AVERAGED_EPISODES = 100;

/** The steps at which curves of runs of `maxSteps` steps are kept. */
export function listGridSteps(maxSteps: number, size = GRID_SIZE): number[] {
  return Array.from({ length: size }, (_, index) => Math.round(((index + 1) * maxSteps) / size));
}

/** The moving average of a run's episodes at each step of a grid; null before the first episode. */
export class CurveRecorder {
  readonly #grid: readonly number[];
  readonly #average = new MovingAverage(AVERAGED_EPISODES);
  readonly #values: (number | null)[] = [];

  constructor(grid: readonly number[]) {
    this.#grid = grid;
  }

  /** Takes in an episode that ended when training was `steps` old; episodes come in their order. */
  add(steps: number, episodeReturn: number): void {
    this.#fillUntil(steps);
    this.#average.add(episodeReturn);
  }

  /** The whole curve; what no episode has ended after keeps the last average. */
  finish(): (number | null)[] {
    this.#fillUntil(Number.POSITIVE_INFINITY);
    return this.#values;
  }

  #fillUntil(steps: number): void {
    for (let next = this.#values.length; (this.#grid[next] ?? Number.POSITIVE_INFINITY) < steps; next += 1) {
      this.#values.push(this.#average.count === 0 ? null : Number(this.#average.mean.toPrecision(5)));
    }
  }
}

/** The median of all curves where all of them have a value. */
export function findMedianCurve(curves: readonly (readonly (number | null)[])[]): (number | null)[] {
  return (curves[0] ?? []).map((_, index) => {
    const values = curves.flatMap((curve) => curve[index] ?? []);
    return values.length === curves.length ? summarize(values).median : null;
  });
}
