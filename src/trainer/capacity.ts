// What a machine has for jobs: cores for their workers, and memory for their largest size.
import { countLocalWorkers } from '../shared/job/count-local-workers.ts';
import type { JobSpec } from '../shared/job/job-spec.ts';

export interface Capacity {
  /** Maximum number of running workers; a job with more of them runs alone. */
  readonly cores: number;
  readonly maxRunningJobs: number;
  /** Memory for running jobs; a job that needs more runs alone. */
  readonly memoryBytes: number;
  /** Estimates the largest size of a job. */
  readonly estimateMemory: (spec: JobSpec) => number;
}

/** Whether a job can run beside the running ones. */
export function fits(capacity: Capacity, running: readonly JobSpec[], spec: JobSpec): boolean {
  if (running.length >= capacity.maxRunningJobs) return false;
  if (running.length === 0) return true;
  const { cores, memoryBytes, estimateMemory } = capacity;
  const usedBytes = running.reduce((sum, other) => sum + estimateMemory(other), 0);
  return countUsedCores([...running, spec]) <= cores && usedBytes + estimateMemory(spec) <= memoryBytes;
}

/** Number of cores that jobs take here: one for each worker, and one for a master whose workers are all elsewhere. */
export function countUsedCores(specs: readonly JobSpec[]): number {
  return specs.reduce((sum, spec) => sum + Math.max(1, countLocalWorkers(spec)), 0);
}
