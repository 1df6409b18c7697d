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
import type { CurrentSettings } from '../run-settings.ts';
import { GradientWindow } from './gradient-window.ts';
import { GainWatch, gainStateSchema, noGain } from './gain-watch.ts';
import { PlateauWatch, noPlateau, plateauStateSchema } from './plateau-watch.ts';
import { MovingAverage } from './moving-average.ts';

const EXPONENTIAL_DECAY = 0.99;
/** Metrics of gradients, staleness, throughput and shares of time are averaged over about this many milliseconds. */
const WINDOW_MS = 1000;

const figure = z.number().nullable();
type StopRule<Name extends 'noImprovement' | 'collapse'> = NonNullable<JobSpec['stop'][Name]>;
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
  /** Absent in checkpoints of earlier versions. */
  plateau: plateauStateSchema.default(noPlateau),
  gain: gainStateSchema.default(noGain),
});
export type TrainingStatisticsState = z.infer<typeof trainingStatisticsStateSchema>;

/** Counters kept by the learner. */
export interface LearnerCounters {
  readonly updates: number;
  readonly refusedGradients: number;
  readonly staleGradients: number;
  readonly workerRestarts: number;
}

export class TrainingStatistics {
  readonly #settings: CurrentSettings;
  #startedAtMs: number;
  readonly #returns = new MovingAverage(movingAverageEpisodes);
  readonly #lengths = new MovingAverage(movingAverageEpisodes);
  #steps = 0;
  #episodes = 0;
  #exponentialAverage: number | null = null;
  #lastReturn: number | null = null;
  #evaluation: EvaluationResult | null = null;
  #bestEvaluation: number | null = null;
  readonly #plateau = new PlateauWatch();
  readonly #gain = new GainWatch();
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
  constructor(settings: CurrentSettings, nowMs: number) {
    this.#settings = settings;
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
      plateau: this.#plateau.getState(),
      gain: this.#gain.getState(),
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
    this.#plateau.setState(state.plateau);
    this.#gain.setState(state.gain);
    this.#restartEndedWatches();
  }

  /** A job that ended by one of these rules and is continued measures anew. Otherwise it would end at once. */
  #restartEndedWatches(): void {
    const { noImprovement, collapse } = this.#settings.spec.stop;
    if (noImprovement !== null && this.hasPlateaued(noImprovement)) this.#plateau.setState(noPlateau);
    if (collapse !== null && this.hasCollapsed(collapse)) this.#gain.setState(noGain);
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
    if (this.#settings.spec.stop.collapse !== null && this.#returns.isFull)
      this.#gain.add(this.#returns.mean);
    this.#exponentialAverage =
      this.#exponentialAverage === null
        ? episodeReturn
        : EXPONENTIAL_DECAY * this.#exponentialAverage + (1 - EXPONENTIAL_DECAY) * episodeReturn;
  }

  addEvaluation(evaluation: EvaluationResult): void {
    this.#evaluation = evaluation;
    this.#bestEvaluation = Math.max(evaluation.mean, this.#bestEvaluation ?? Number.NEGATIVE_INFINITY);
    this.#plateau.add(evaluation.mean, this.#settings.spec.stop.noImprovement?.delta ?? 0);
  }

  /** Whether evaluations have not improved for long. */
  hasPlateaued({ evaluations }: StopRule<'noImprovement'>): boolean {
    return this.#plateau.evaluationsSince >= evaluations;
  }

  /** Whether the moving average has lost a share of its gain. */
  hasCollapsed({ fraction }: StopRule<'collapse'>): boolean {
    return this.#returns.isFull && this.#gain.isLost(this.#returns, fraction);
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
        fraction: measureFraction(this.#settings.spec.stop, reached),
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
      staleGradients: counters.staleGradients,
      workerRestarts: counters.workerRestarts,
    };
  }

  /** Null for an algorithm that does not learn. */
  #readLearningRate(): number | null {
    const { spec } = this.#settings;
    const { algorithm, optimizer } = spec;
    if (!findAlgorithm(algorithm).traits.learns) return null;
    return optimizer.learningRate * learningRateFactor(spec, this.#steps);
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
