// Training statistics of a job: updated with each gradient, read at most ten times a second.
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
import type { TimeMeasure } from '../../shared/measures/measures.ts';
import { groupMeasures } from '../../shared/measures/measured.ts';
import { learningRateFactor } from '../../shared/optimizers/schedule.ts';
import type { GradientHeader } from '../../shared/protocol/gradient-buffer.ts';
import { GradientWindow } from './gradient-window.ts';
import { MovingAverage } from './moving-average.ts';

const EXPONENTIAL_DECAY = 0.99;
/** Metrics of gradients, staleness, throughput and shares of time are averaged over about this many milliseconds. */
const WINDOW_MS = 1000;

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

/** Counters kept by the learner. */
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
  #window: GradientWindow;
  #previousWindow: GradientWindow | null = null;
  /** The newest shares known: a rollout may take longer than a window. */
  #timeShares: Record<TimeMeasure, number | null> = {
    actingShare: null,
    steppingShare: null,
    learningShare: null,
    waitingShare: null,
  };

  /** `nowMs` is the time of any monotonic clock. */
  constructor(spec: JobSpec, nowMs: number) {
    this.#spec = spec;
    this.#startedAtMs = nowMs;
    this.#window = new GradientWindow(nowMs, 0);
  }

  /** Copies the state from which a run is resumed. Windows of throughput and losses start again. */
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

  /** Mean return of the last 100 episodes; null before there are 100. */
  get fullMovingAverage(): number | null {
    return this.#returns.isFull ? this.#returns.mean : null;
  }

  /** Seconds since training began. */
  elapsedSeconds(nowMs: number): number {
    return (nowMs - this.#startedAtMs) / 1000;
  }

  /** Adds one gradient, `staleness` updates old, with its metrics and times as `viewMeasurements` shows them. */
  addGradient(header: GradientHeader, measurements: Float64Array, staleness: number): void {
    this.#steps += header.steps;
    this.#window.add(header, measurements, staleness);
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
    this.#timeShares = window.shareTime() ?? this.#timeShares;
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
        // Not the gradients of the window: a2c applies those of a round as one, and the random baseline applies none.
        updatesPerSecond: (counters.updates - window.firstUpdate) / seconds,
      },
      staleness: {
        mean: window.meanStaleness,
        max: window.maxStaleness,
      },
      ...groupMeasures({
        ...window.averageMeasures(),
        ...this.#timeShares,
        learningRate: this.#readLearningRate(),
        episodeLength: this.#lengths.count > 0 ? this.#lengths.mean : null,
      }),
      refusedGradients: counters.refusedGradients,
      workerRestarts: counters.workerRestarts,
    };
  }

  /** Null for an algorithm that does not learn. */
  #readLearningRate(): number | null {
    const { algorithm, optimizer } = this.#spec;
    if (!findAlgorithm(algorithm).traits.learns) return null;
    return optimizer.learningRate * learningRateFactor(this.#spec, this.#steps);
  }

  /** Returns the window to report: the current one merged with the previous one, until it is long enough alone. */
  #rollWindow(nowMs: number, updates: number): GradientWindow {
    const current = this.#window;
    const merged = this.#previousWindow?.merge(current) ?? current;
    if (nowMs - current.startedAtMs >= WINDOW_MS) {
      this.#previousWindow = current;
      this.#window = new GradientWindow(nowMs, updates);
    }
    return merged;
  }
}
