// Messages between processes and threads, except numbers: gradients are sent as one flat buffer (gradient-buffer.ts),
// parameters through shared memory (transport/parameter-board.ts).
import type { EngineChoice } from '../engines/engine-choice.ts';
import type { EnvironmentOrigin } from '../environments/environment-origin.ts';
import type { ErrorRecord } from '../errors/error-record.ts';
import {
  stopLimits,
  type EvaluationResult,
  type JobWarning,
  type StopLimit,
  type TrainingFigures,
} from '../job/job.ts';
import type { ModelName } from '../job/model-name.ts';
import type { JobSpec } from '../job/job-spec.ts';

/** One finished training episode. */
export interface EpisodeRecord {
  readonly episode: number;
  readonly worker: number;
  readonly return: number;
  readonly length: number;
  /** Training steps of all workers when the episode was recorded. */
  readonly steps: number;
}

/** Why a run ended: it reached a limit, or it was asked to end. */
export const stopReasons = [...stopLimits, 'cancelled', 'paused', 'shutdown'] as const;
export type StopReason = (typeof stopReasons)[number];

/** Whether a run ended at one of its limits. */
export function isStopLimit(reason: StopReason): reason is StopLimit {
  return stopLimits.some((limit) => limit === reason);
}

/** What a master needs for workers on other machines. */
export interface RemoteAccess {
  /** Addresses of NATS, which may have a password. */
  readonly servers: string;
  /** Workers must have the same version. */
  readonly programVersion: string;
}

/** Messages from the server to the master of a job. */
export type ServerMessage =
  | {
      readonly type: 'start';
      readonly jobId: string;
      /** Number of the job's master, counted from 1. */
      readonly attempt: number;
      readonly spec: JobSpec;
      /** Where the environment is found; null for a built-in environment. */
      readonly environmentOrigin: EnvironmentOrigin | null;
      readonly directory: string;
      readonly logLevel: string;
      /** How workers on other machines reach the master; null: they do not. */
      readonly remote: RemoteAccess | null;
    }
  | {
      readonly type: 'change';
      /** The job's spec with its changes. */
      readonly spec: JobSpec;
    }
  | { readonly type: 'stop'; readonly reason: 'cancelled' | 'paused' | 'shutdown' };

/** Messages from a master to its server; figures at most 10 times a second. */
export type MasterMessage =
  | { readonly type: 'ready' }
  | {
      readonly type: 'started';
      /** The job was resumed after that number of steps; null: it starts from the beginning. */
      readonly resumedAtSteps: number | null;
      readonly engine: EngineChoice;
    }
  | {
      readonly type: 'figures';
      readonly figures: TrainingFigures;
      /** Metrics since the last report, oldest first: the learning curve has more points than there are reports. */
      readonly curve: readonly TrainingFigures[];
      readonly episodes: readonly EpisodeRecord[];
    }
  | { readonly type: 'evaluation'; readonly evaluation: EvaluationResult; readonly isBest: boolean }
  | { readonly type: 'model'; readonly model: ModelName; readonly steps: number }
  | { readonly type: 'checkpoint'; readonly steps: number }
  | { readonly type: 'warning'; readonly warning: JobWarning }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly type: 'finished'; readonly reason: StopReason; readonly figures: TrainingFigures }
  | { readonly type: 'failed'; readonly error: ErrorRecord };
