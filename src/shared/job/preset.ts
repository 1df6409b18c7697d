// What a preset is.
import type { Algorithm, JobRequest } from './job-spec.ts';

/** A preset is a job request with a reason. */
export interface Preset {
  readonly environment: string;
  readonly algorithm: Algorithm;
  readonly description: string;
  readonly settings: Omit<JobRequest, 'environment' | 'algorithm'>;
}
