// Every message that crosses a process or thread boundary, apart from the numbers: gradients travel as one flat
// buffer (gradient-buffer.ts), parameters through shared memory (parameters/parameter-board.ts).
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
  /** Training steps of all workers when it was folded in. */
  readonly steps: number;
}

/** Why a run ended: a limit of its own, or somebody asked. */
export const stopReasons = [...stopLimits, 'cancelled', 'paused', 'shutdown'] as const;
export type StopReason = (typeof stopReasons)[number];

/** Whether a run ended by a limit of its own. */
export function isStopLimit(reason: StopReason): reason is StopLimit {
  return stopLimits.some((limit) => limit === reason);
}

/** From the server to the master of a job. */
export type ServerMessage =
  | {
      readonly type: 'start';
      readonly jobId: string;
      /** Which master of the job this is, counted from 1. */
      readonly attempt: number;
      readonly spec: JobSpec;
      /** Where a custom environment is imported from; null for a built-in one. */
      readonly environmentModule: string | null;
      readonly directory: string;
      readonly logLevel: string;
    }
  | { readonly type: 'stop'; readonly reason: 'cancelled' | 'paused' | 'shutdown' };

/** From a master to its server; figures at most 10 times a second. */
export type MasterMessage =
  | { readonly type: 'ready' }
  /** Goes on from a checkpoint after that many steps; null where it begins anew. */
  | { readonly type: 'started'; readonly resumedAtSteps: number | null }
  | {
      readonly type: 'figures';
      readonly figures: TrainingFigures;
      /** Figures since the last report, oldest first: the learning curve is finer than the reports. */
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
