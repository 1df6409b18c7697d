// File that a run writes its learning curve into while it trains.
import type { EvaluationResult, TrainingFigures } from '../job/job.ts';

/** No call waits for the disk or throws: a failing disk must not stop the training. */
export interface CurveFile {
  addPoint(figures: TrainingFigures): void;
  addEvaluation(evaluation: EvaluationResult): void;
  /** Writes what has not been written yet. Never rejects. */
  close(): Promise<void>;
}

/** What all curve files of a run need to know. */
export interface CurveFileOptions {
  /** Steps of the checkpoint that the run continues from; null for a run from the beginning. */
  readonly resumedAtSteps: number | null;
  /** Called when writing fails, once until it works again. What could not be written is tried again. */
  readonly onFailure: (reason: string) => void;
}
