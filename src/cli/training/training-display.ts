// Display of `a3c train`: text for people, or JSON lines for programs.
import type { TrainingListener } from '../../master/training-run-options.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { TrainingFigures } from '../../shared/job/job.ts';
import type { StopReason } from '../../shared/protocol/messages.ts';

export interface TrainingSummary {
  readonly reason: StopReason;
  /** The reason as a sentence. */
  readonly explanation: string;
  readonly figures: TrainingFigures;
  /** Path of the best model; null if this run wrote none. */
  readonly model: string | null;
}

export interface TrainingDisplay extends TrainingListener {
  begin(spec: JobSpec): void;
  finish(summary: TrainingSummary): void;
}
