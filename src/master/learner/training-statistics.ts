// Running figures of a job, folded in update by update and read ten times a second at most.
import { findAlgorithm } from '../../shared/algorithms/algorithms.ts';
import { measureFraction } from '../../shared/job/measure-fraction.ts';
import { z } from 'zod';
import {
  evaluationResultSchema,
  movingAverageEpisodes,
  type EvaluationResult,
  type TrainingFigures,
} from '../../shared/job/job.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import { gradientMeasureNames, type GradientMeasure } from '../../shared/measures/measures.ts';
import { groupMeasures } from '../../shared/job/measured.ts';
import { learningRateFactor } from '../../shared/optimizers/schedule.ts';
import type { GradientHeader } from '../../shared/protocol/gradient-buffer.ts';
import { MovingAverage } from './moving-average.ts';

const EXPONENTIAL_DECAY = 0.99;
/** Losses, staleness and throughput are averaged over about this many milliseconds. */
const WINDOW_MS = 1000;

/** Sums since the last window began. */
interface Window {
  startedAtMs: number;
  /** Updates applied before it. */
  firstUpdate: number;
  steps: number;
  gradients: number;
  /** Sums of the measures of these gradients, in their order, and how many gradients had each. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  staleness: number;
  maxStaleness: number;
}

const figure = z.number().nullable();
export const trainingStatisticsStateSchema = z.object({
  elapsedSeconds: z.number(),
  steps: z.int(),
  episodes: z.int(),
  returns: z.array(z.number()),
  /** Absent in checkpoints of an earlier version. */
  lengths: z.array(z.number()).default([]),
  exponentialAverage: figure,
  lastReturn: figure,
  evaluation: evaluationResultSchema.nullable(),
  bestEvaluation: figure,
});
export type TrainingStatisticsState = z.infer<typeof trainingStatisticsStateSchema>;

/** Counts that others keep. */
export interface LearnerCounters {
  readonly updates: number;
  readonly refusedGradients: number;
  readonly workerRestarts: number;
}

export class TrainingStatistics {
  readonly #spec: JobSpec;
  #startedAtMs: number;
  readonly #returns = new MovingAverage(movingAverageEpisodes);
  readonly #lengths = new MovingAverage(movingAverageEpisodes);
  #steps = 0;
  #episodes = 0;
  #exponentialAverage: number | null = null;
  #lastReturn: number | null = null;
  #evaluation: EvaluationResult | null = null;
  #bestEvaluation: number | null = null;
  #window: Window;
  #previousWindow: Window | null = null;

  /** `nowMs` is any monotonic clock's reading. */
  constructor(spec: JobSpec, nowMs: number) {
    this.#spec = spec;
    this.#startedAtMs = nowMs;
    this.#window = createWindow(nowMs, 0);
  }

  /** What a run that goes on from here needs to know; windows of throughput and losses begin anew. */
  getState(nowMs: number): TrainingStatisticsState {
    return {
      elapsedSeconds: this.elapsedSeconds(nowMs),
      steps: this.#steps,
      episodes: this.#episodes,
      returns: this.#returns.list(),
      lengths: this.#lengths.list(),
      exponentialAverage: this.#exponentialAverage,
      lastReturn: this.#lastReturn,
      evaluation: this.#evaluation,
      bestEvaluation: this.#bestEvaluation,
    };
  }

  setState(state: TrainingStatisticsState, nowMs: number): void {
    this.#startedAtMs = nowMs - state.elapsedSeconds * 1000;
    this.#steps = state.steps;
    this.#episodes = state.episodes;
    for (const episodeReturn of state.returns) this.#returns.add(episodeReturn);
    for (const length of state.lengths) this.#lengths.add(length);
    this.#exponentialAverage = state.exponentialAverage;
    this.#lastReturn = state.lastReturn;
    this.#evaluation = state.evaluation;
    this.#bestEvaluation = state.bestEvaluation;
  }

  get steps(): number {
    return this.#steps;
  }

  get episodes(): number {
    return this.#episodes;
  }

  /** Mean return of the last 100 episodes; null until there were that many. */
  get fullMovingAverage(): number | null {
    return this.#returns.isFull ? this.#returns.mean : null;
  }

  /** Seconds since training began. */
  elapsedSeconds(nowMs: number): number {
    return (nowMs - this.#startedAtMs) / 1000;
  }

  /** Folds in one gradient, `staleness` updates old, with its metrics in the order of gradientMeasureNames. */
  addGradient(header: GradientHeader, metrics: Float64Array, staleness: number): void {
    this.#steps += header.steps;
    const window = this.#window;
    window.steps += header.steps;
    if (header.coverage === 'nothing') return;
    window.gradients += 1;
    for (let index = 0; index < metrics.length; index += 1) {
      const value = metrics[index] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      window.sums[index] = (window.sums[index] ?? 0) + value;
      window.counts[index] = (window.counts[index] ?? 0) + 1;
    }
    window.staleness += staleness;
    if (staleness > window.maxStaleness) window.maxStaleness = staleness;
  }

  addEpisode(episodeReturn: number, length: number): void {
    this.#lengths.add(length);
    this.#episodes += 1;
    this.#lastReturn = episodeReturn;
    this.#returns.add(episodeReturn);
    this.#exponentialAverage =
      this.#exponentialAverage === null
        ? episodeReturn
        : EXPONENTIAL_DECAY * this.#exponentialAverage + (1 - EXPONENTIAL_DECAY) * episodeReturn;
  }

  addEvaluation(evaluation: EvaluationResult): void {
    this.#evaluation = evaluation;
    this.#bestEvaluation = Math.max(evaluation.mean, this.#bestEvaluation ?? Number.NEGATIVE_INFINITY);
  }

  read(nowMs: number, counters: LearnerCounters): TrainingFigures {
    const window = this.#rollWindow(nowMs, counters.updates);
    const seconds = Math.max(nowMs - window.startedAtMs, 1) / 1000;
    const elapsedSeconds = this.elapsedSeconds(nowMs);
    const reached = { steps: this.#steps, episodes: this.#episodes, elapsedSeconds };
    return {
      progress: {
        ...reached,
        updates: counters.updates,
        fraction: measureFraction(this.#spec.stop, reached),
      },
      reward: {
        movingAverage: this.#returns.count > 0 ? this.#returns.mean : null,
        exponentialMovingAverage: this.#exponentialAverage,
        last: this.#lastReturn,
        best: this.#bestEvaluation,
        evaluation: this.#evaluation,
      },
      throughput: {
        stepsPerSecond: window.steps / seconds,
        // Not the gradients of the window: a2c applies those of a round as one, and the random baseline none.
        updatesPerSecond: (counters.updates - window.firstUpdate) / seconds,
      },
      staleness: {
        mean: window.gradients > 0 ? window.staleness / window.gradients : 0,
        max: window.maxStaleness,
      },
      ...groupMeasures({
        ...averageMeasures(window),
        learningRate: this.#readLearningRate(),
        episodeLength: this.#lengths.count > 0 ? this.#lengths.mean : null,
      }),
      refusedGradients: counters.refusedGradients,
      workerRestarts: counters.workerRestarts,
    };
  }

  /** Null for an algorithm that learns nothing. */
  #readLearningRate(): number | null {
    const { algorithm, optimizer } = this.#spec;
    if (!findAlgorithm(algorithm).traits.learns) return null;
    return optimizer.learningRate * learningRateFactor(this.#spec, this.#steps);
  }

  /** The window to report: the current one together with the one before, until it is long enough by itself. */
  #rollWindow(nowMs: number, updates: number): Window {
    const current = this.#window;
    const merged = this.#previousWindow ? mergeWindows(this.#previousWindow, current) : { ...current };
    if (nowMs - current.startedAtMs >= WINDOW_MS) {
      this.#previousWindow = current;
      this.#window = createWindow(nowMs, updates);
    }
    return merged;
  }
}

function createWindow(startedAtMs: number, firstUpdate: number): Window {
  return {
    startedAtMs,
    firstUpdate,
    steps: 0,
    gradients: 0,
    sums: new Float64Array(gradientMeasureNames.length),
    counts: new Float64Array(gradientMeasureNames.length),
    staleness: 0,
    maxStaleness: 0,
  };
}

function mergeWindows(earlier: Window, later: Window): Window {
  return {
    startedAtMs: earlier.startedAtMs,
    firstUpdate: earlier.firstUpdate,
    steps: earlier.steps + later.steps,
    gradients: earlier.gradients + later.gradients,
    sums: earlier.sums.map((sum, index) => sum + (later.sums[index] ?? 0)),
    counts: earlier.counts.map((count, index) => count + (later.counts[index] ?? 0)),
    staleness: earlier.staleness + later.staleness,
    maxStaleness: Math.max(earlier.maxStaleness, later.maxStaleness),
  };
}

/** Null for measures that no gradient of the window had. */
function averageMeasures({ sums, counts }: Window): Record<GradientMeasure, number | null>;
function averageMeasures({ sums, counts }: Window): object {
  return Object.fromEntries(
    gradientMeasureNames.map((name, index) => {
      const count = counts[index] ?? 0;
      return [name, count > 0 ? (sums[index] ?? 0) / count : null];
    }),
  );
}
