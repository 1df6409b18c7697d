// Observer of one run by one master: is told what has been recorded, to write it elsewhere too.
import type { EvaluationResult, TrainingFigures } from '../../shared/job/job.ts';

/** No call waits or throws. */
export interface RunObserver {
  /** The run continues after `resumedAtSteps` steps; null: from the beginning. */
  onStart(resumedAtSteps: number | null): void;
  /** Points of the learning curve. */
  onPoints(points: readonly TrainingFigures[]): void;
  onEvaluation(evaluation: EvaluationResult): void;
  /** The master is gone. */
  onEnd(): void;
}

export const noObserver: RunObserver = {
  onStart: () => undefined,
  onPoints: () => undefined,
  onEvaluation: () => undefined,
  onEnd: () => undefined,
};
