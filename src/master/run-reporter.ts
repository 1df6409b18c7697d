// Reporter of a run: sends metrics, episodes, curve points and warnings to its listener.
import type { TrainingFigures } from '../shared/job/job.ts';
import type { JobSpec } from '../shared/job/job-spec.ts';
import type { EpisodeRecord } from '../shared/protocol/messages.ts';
import { CurvePace } from './curve-pace.ts';
import type { Learner } from './learner/learner.ts';
import { RunWarnings } from './learner/run-warnings.ts';
import type { TrainingStatistics } from './learner/training-statistics.ts';
import type { RunEnd } from './run-end.ts';
import { isInterruption, type TrainingListener } from './training-run-options.ts';
import type { WorkerSupervisor } from './workers/worker-supervisor.ts';

/** Minimum time between two reports. */
export const REPORT_INTERVAL_MS = 100;
const RECENT_EPISODES = 10;

export interface RunReporterOptions {
  readonly spec: JobSpec;
  readonly listener: TrainingListener;
  /** Number of cores of the machine. */
  readonly cores: number;
  readonly learner: Pick<Learner, 'version' | 'applied' | 'refused' | 'stale'>;
  readonly statistics: TrainingStatistics;
  readonly workers: Pick<WorkerSupervisor, 'restarts'>;
  readonly end: Pick<RunEnd, 'reason'>;
}

export class RunReporter {
  readonly #options: RunReporterOptions;
  readonly #warnings: RunWarnings;
  readonly #curvePace = new CurvePace(REPORT_INTERVAL_MS);
  #recentEpisodes: EpisodeRecord[] = [];
  readonly #waitingSinceMs = new Map<number, number>();

  constructor(options: RunReporterOptions) {
    const { spec, listener, cores } = options;
    this.#options = options;
    this.#warnings = new RunWarnings(spec, cores, (warning) => listener.onWarning?.(warning));
  }

  /** A worker has begun to wait for its environment, or goes on. */
  noteWaiting(worker: number, isWaiting: boolean): void {
    if (isWaiting) this.#waitingSinceMs.set(worker, performance.now());
    else this.#waitingSinceMs.delete(worker);
  }

  addEpisode(episode: EpisodeRecord): void {
    if (this.#recentEpisodes.length === RECENT_EPISODES) this.#recentEpisodes.shift();
    this.#recentEpisodes.push(episode);
    this.#options.listener.onEpisode?.(episode);
  }

  /** Adds a point to the learning curve when one is due. */
  sampleCurve(): void {
    const nowMs = performance.now();
    if (!this.#curvePace.isDue(nowMs)) return;
    const figures = this.readFigures();
    this.#curvePace.scheduleNext(nowMs, figures.progress.elapsedSeconds);
    this.#options.listener.onCurvePoint?.(figures);
  }

  /** Reports the metrics, and warns if something is wrong. */
  report({ isOver }: { readonly isOver: boolean } = { isOver: false }): void {
    const { learner, statistics, listener } = this.#options;
    const { steps, episodes } = statistics;
    const { applied: appliedGradients, refused: refusedGradients } = learner;
    const nowMs = performance.now();
    const waitingSeconds = (nowMs - Math.min(nowMs, ...this.#waitingSinceMs.values())) / 1000;
    this.#warnings.check({ steps, episodes, appliedGradients, refusedGradients, waitingSeconds }, isOver);
    const recent = this.#recentEpisodes;
    this.#recentEpisodes = [];
    listener.onFigures?.(this.readFigures(), recent);
  }

  readFigures(): TrainingFigures {
    const { learner, statistics, workers, end } = this.#options;
    const figures = statistics.read(performance.now(), {
      updates: learner.version,
      refusedGradients: learner.refused,
      staleGradients: learner.stale,
      workerRestarts: workers.restarts,
    });
    const isComplete = end.reason !== null && !isInterruption(end.reason);
    return isComplete ? { ...figures, progress: { ...figures.progress, fraction: 1 } } : figures;
  }
}
