// How `a3c train` shows a run: to a person on a terminal, or as JSON lines to whatever reads a pipe.
import type { TrainingListener } from '../../master/training-run-options.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { TrainingFigures } from '../../shared/job/job.ts';
import type { StopReason } from '../../shared/protocol/messages.ts';

export interface TrainingSummary {
  readonly reason: StopReason;
  /** The same in words. */
  readonly explanation: string;
  readonly figures: TrainingFigures;
  /** Where the best model is; null when this run wrote none. */
  readonly model: string | null;
}

export interface TrainingDisplay extends TrainingListener {
  begin(spec: JobSpec): void;
  finish(summary: TrainingSummary): void;
}
