// Workers of a job on the machine of its master.
import type { JobSpec } from './job-spec.ts';

export function countLocalWorkers({
  workers,
  remoteWorkers,
}: Pick<JobSpec, 'workers' | 'remoteWorkers'>): number {
  return workers - remoteWorkers;
}
