// Options of a training run, its listener and its outcome.
import type { ArtifactStore } from '../shared/artifacts/artifact-store.ts';
import type { EngineChoice } from '../shared/engines/engine-choice.ts';
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import type { EvaluationResult, JobWarning, TrainingFigures } from '../shared/job/job.ts';
import type { ModelName } from '../shared/job/model-name.ts';
import type { JobSpec } from '../shared/job/job-spec.ts';
import type { GradientOrigin } from '../shared/protocol/gradient-buffer.ts';
import type { EpisodeRecord, StopReason } from '../shared/protocol/messages.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { StartParameters } from '../shared/model-format/start-model.ts';
import type { ScoredParameters } from './evaluation/evaluator.ts';
import type { Machine, RunLogger } from './machine.ts';

/** Listener to the progress of a run. */
export interface TrainingListener {
  /** Called at most ten times a second, with up to RECENT_EPISODES of the episodes that ended since the last call. */
  onFigures?(figures: TrainingFigures, episodes: readonly EpisodeRecord[]): void;
  /** Called for every finished episode, before the metrics include it. */
  onEpisode?(episode: EpisodeRecord): void;
  /** Called for each point of the learning curve: every few milliseconds at first, later as often as onFigures. */
  onCurvePoint?(figures: TrainingFigures): void;
  onEvaluation?(evaluation: EvaluationResult, isBest: boolean): void;
  /** Called once for each kind of warning. Training continues. */
  onWarning?(warning: JobWarning): void;
  onModel?(model: ModelName, steps: number): void;
  /** Called when a checkpoint is stored. */
  onCheckpoint?(steps: number): void;
}

export interface TrainingRunOptions {
  readonly spec: JobSpec;
  /** The environment without the job's wrappers, which the run adds. */
  readonly definition: EnvironmentDefinition;
  /** Id of the job and number of its master, counted from 1; absent without a server. */
  readonly job?: Pick<GradientOrigin, 'jobId' | 'epoch'>;
  /** Store of the best and latest models; null stores none. */
  readonly artifacts: ArtifactStore | null;
  /** Whether checkpoints are stored too; default: false. */
  readonly keepsCheckpoints?: boolean;
  /** Checkpoint to resume from; null starts from the beginning. */
  readonly resumeFrom?: Checkpoint | null;
  /** Weights to start with instead of random ones. */
  readonly start?: StartParameters | null;
  /** What computes the network; default: the best that is always there. */
  readonly engine?: EngineChoice;
  /** Where the run and its workers run. */
  readonly machine: Machine;
  readonly logger: RunLogger;
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

/** Whether the run was ended from outside, before it reached a limit. */
export function isInterruption(reason: StopReason): boolean {
  return reason === 'cancelled' || reason === 'paused' || reason === 'shutdown';
}
