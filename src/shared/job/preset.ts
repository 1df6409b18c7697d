// Type of a preset.
import type { Algorithm, JobRequest } from './job-spec.ts';

/** Tuned settings of an environment and algorithm, with a description. */
export interface Preset {
  readonly environment: string;
  readonly algorithm: Algorithm;
  readonly description: string;
  readonly settings: Omit<JobRequest, 'environment' | 'algorithm'>;
}
