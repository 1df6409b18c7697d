import { createJobId } from '../store/job-record.ts';

/** Creates the id of an experiment (`exp`) or a tuning (`tun`), with as many random bits as that of a job. */
export function createExperimentId(prefix: 'exp' | 'tun'): string {
  return createJobId().replace(/^job/, prefix);
}
