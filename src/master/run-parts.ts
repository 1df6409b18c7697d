// Parts of a training run, as compose-run.ts puts them together.
import type { Checkpointer } from './checkpoint/checkpointer.ts';
import type { ModelWriter } from './checkpoint/model-writer.ts';
import type { Evaluator } from './evaluation/evaluator.ts';
import type { GradientIntake } from './learner/gradient-intake.ts';
import type { Learner } from './learner/learner.ts';
import type { TrainingStatistics } from './learner/training-statistics.ts';
import type { RunEnd } from './run-end.ts';
import type { RunLimits } from './run-limits.ts';
import type { RunSettings } from './run-settings.ts';
import type { RunReporter } from './run-reporter.ts';
import type { WorkerSupervisor } from './workers/worker-supervisor.ts';

export interface RunParts {
  readonly settings: RunSettings;
  /** Whether the algorithm learns, so that it is evaluated. */
  readonly isLearning: boolean;
  readonly end: RunEnd;
  readonly statistics: TrainingStatistics;
  readonly learner: Learner;
  readonly workers: WorkerSupervisor;
  readonly evaluator: Evaluator;
  readonly intake: GradientIntake;
  readonly limits: RunLimits;
  readonly reporter: RunReporter;
  /** Null if no models are stored. */
  readonly writer: ModelWriter | null;
  /** Null if no checkpoints are stored. */
  readonly checkpointer: Checkpointer | null;
}
