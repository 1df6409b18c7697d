// Messages between a page, the Web Worker that trains (the trainer), and the Web Workers that act.
import type { EvaluationAssignment } from '../master/evaluation/evaluation-task.ts';
import type { TrainingOutcome } from '../master/training-run-options.ts';
import type { ErrorRecord } from '../shared/errors/error-record.ts';
import type { InputIssue } from '../shared/errors/app-error.ts';
import type { EvaluationResult, JobWarning, TrainingFigures } from '../shared/job/job.ts';
import type { JobRequest } from '../shared/job/job-spec.ts';
import type { ModelName } from '../shared/job/model-name.ts';
import type { EpisodeRecord } from '../shared/protocol/messages.ts';
import type { WatchedSlot, WorkerAssignment } from '../shared/protocol/worker-task.ts';

/** From the page to the trainer. */
export type TrainerRequest =
  | {
      readonly type: 'start';
      readonly request: JobRequest;
      /** URL of a custom environment's module; null for a built-in environment. */
      readonly environmentModule: string | null;
      readonly kernels: WebAssembly.Module;
      readonly cores: number;
    }
  | { readonly type: 'stop' };

/** From the trainer to the page. The last message is `finished` or `failed`. */
export type TrainerReport =
  | {
      readonly type: 'figures';
      readonly figures: TrainingFigures;
      readonly episodes: readonly EpisodeRecord[];
    }
  | { readonly type: 'curvePoint'; readonly figures: TrainingFigures }
  | { readonly type: 'evaluation'; readonly evaluation: EvaluationResult; readonly isBest: boolean }
  | { readonly type: 'warning'; readonly warning: JobWarning }
  | {
      readonly type: 'model';
      readonly model: ModelName;
      readonly steps: number;
      readonly archive: Uint8Array<ArrayBuffer>;
    }
  | { readonly type: 'finished'; readonly outcome: TrainingOutcome }
  | {
      readonly type: 'failed';
      readonly error: ErrorRecord;
      /** The mistakes of a request that cannot become a job; null for other errors. */
      readonly issues: readonly InputIssue[] | null;
    };

/** Memory of a run that its workers share, and what all of them need. */
interface SharedParts extends WatchedSlot {
  readonly kernels: WebAssembly.Module;
}

/** From the trainer to a worker. */
export type ActorTask =
  | (SharedParts & {
      readonly type: 'act';
      readonly assignment: WorkerAssignment;
      readonly board: SharedArrayBuffer;
    })
  | (SharedParts & { readonly type: 'evaluate'; readonly assignment: EvaluationAssignment });
