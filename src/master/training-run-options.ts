// What a training run is started with, tells while it goes on, and ends with.
import type { Logger } from 'pino';
import type { ArtifactStore } from '../shared/artifacts/artifact-store.ts';
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import type { EvaluationResult, JobWarning, TrainingFigures } from '../shared/job/job.ts';
import type { ModelName } from '../shared/job/model-name.ts';
import type { JobSpec } from '../shared/job/job-spec.ts';
import type { GradientOrigin } from '../shared/protocol/gradient-buffer.ts';
import type { EpisodeRecord, StopReason } from '../shared/protocol/messages.ts';
import type { ParameterBoard } from '../shared/transport/parameter-board.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { StartParameters } from './checkpoint/start-model.ts';
import type { ScoredParameters } from './evaluation/evaluator.ts';
import type { WorkerHost } from './workers/worker-host.ts';

/** What a run tells while it goes on. */
export interface TrainingListener {
  /** At most ten times a second, with up to RECENT_EPISODES of the episodes that ended since the last call. */
  onFigures?(figures: TrainingFigures, episodes: readonly EpisodeRecord[]): void;
  /** Every finished episode, before it shows in figures. */
  onEpisode?(episode: EpisodeRecord): void;
  /** A point of the learning curve: every few milliseconds at first, later as often as figures. */
  onCurvePoint?(figures: TrainingFigures): void;
  onEvaluation?(evaluation: EvaluationResult, isBest: boolean): void;
  /** Something is wrong, and training goes on all the same; once for each kind. */
  onWarning?(warning: JobWarning): void;
  onModel?(model: ModelName, steps: number): void;
  /** A checkpoint is on the disk. */
  onCheckpoint?(steps: number): void;
}

/** What a host of workers is made from. */
export interface WorkerHostContext {
  readonly spec: JobSpec;
  /** The newest parameters; the run publishes each version on it. */
  readonly board: ParameterBoard;
  readonly logger: Logger;
}

export interface TrainingRunOptions {
  readonly spec: JobSpec;
  /** The environment as it is: the run puts the job's wrappers around it. */
  readonly definition: EnvironmentDefinition;
  /** The job's id and the number of its master, counted from 1; absent where no server knows the job. */
  readonly job?: Pick<GradientOrigin, 'jobId' | 'epoch'>;
  /** Where the best and latest models are kept; null keeps none. */
  readonly artifacts: ArtifactStore | null;
  /** Whether checkpoints are kept there too; false by default. */
  readonly keepsCheckpoints?: boolean;
  /** The checkpoint to continue from; null begins anew. */
  readonly resumeFrom?: Checkpoint | null;
  /** Weights to begin with instead of random ones. */
  readonly start?: StartParameters | null;
  /** Makes the place where workers run; threads of this process by default. */
  readonly createWorkerHost?: (context: WorkerHostContext) => WorkerHost;
  readonly logger: Logger;
  readonly listener: TrainingListener;
}

export interface TrainingOutcome {
  readonly spec: JobSpec;
  readonly reason: StopReason;
  readonly figures: TrainingFigures;
  /** The best parameters by greedy evaluation; null for an algorithm that does not learn. */
  readonly best: ScoredParameters | null;
  readonly finalParameters: Float32Array;
}

/** Whether a run was ended from outside, before a limit of its own. */
export function isInterruption(reason: StopReason): boolean {
  return reason === 'cancelled' || reason === 'paused' || reason === 'shutdown';
}
