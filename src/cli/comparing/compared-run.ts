// A run as a3c compare shows it: a job of a server, or a training in a directory.
import type { Job } from '../../shared/job/job.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { CurvePoint } from '../jobs/draw-curve.ts';

export interface ComparedRun {
  /** Id of the job, or path of the directory. */
  readonly id: string;
  readonly name: string | null;
  readonly spec: JobSpec;
  /** State of the job; a training in a directory is whatever its process is. */
  readonly state: Job['state'] | 'directory';
  readonly steps: number | null;
  readonly elapsedSeconds: number | null;
  readonly movingAverage: number | null;
  readonly bestEvaluation: number | null;
  /** Moving average over steps. */
  readonly curve: readonly CurvePoint[];
}
