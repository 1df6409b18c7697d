// Check of a job's memory: if a job needs more than the machine has, the system ends it, and perhaps other jobs too.
import type { EnvironmentDefinition } from '../environments/environment.ts';
import { wrapEnvironment } from '../environments/wrappers/wrap-environment.ts';
import type { InputIssue } from '../errors/app-error.ts';
import { estimateJobMemory } from './estimate-job-memory.ts';
import { estimateWorkerMemory } from './estimate-worker-memory.ts';
import type { JobSpec } from './job-spec.ts';

/**
 * Says what to reduce if a job needs more than `availableBytes`; empty if it does not. The definition is unwrapped.
 */
export function findMemoryShortage(
  spec: JobSpec,
  unwrapped: EnvironmentDefinition,
  availableBytes: number,
): InputIssue[] {
  const definition = wrapEnvironment(unwrapped, spec.wrappers);
  const { workerBytes, masterBytes, checkpointBytes, totalBytes } = estimateJobMemory(spec, definition);
  if (totalBytes <= availableBytes) return [];
  const fewerWorkers = totalBytes - (spec.workers - 1) * (workerBytes + checkpointBytes / spec.workers);
  const largest = findLargest(spec, definition);
  const path = spec.workers > 1 && fewerWorkers <= availableBytes ? 'workers' : largest;
  const choices = [...new Set([path, ...(spec.workers > 1 ? ['workers'] : []), largest])].join(' or ');
  const message =
    `the job would need ${describe(totalBytes)}: ${describe(workerBytes)} for each of ${spec.workers} workers, ` +
    `${describe(masterBytes)} for its process and evaluations, ${describe(checkpointBytes)} while a checkpoint is written; ` +
    `jobs may use ${describe(availableBytes)} of this machine's memory. Reduce ${choices}`;
  return [{ path, message }];
}

/** Returns the field that most of a worker's memory depends on. */
function findLargest(spec: JobSpec, definition: EnvironmentDefinition): string {
  const { networkBytes, rolloutBytes, replayBytes } = estimateWorkerMemory(spec, definition);
  const largest = Math.max(networkBytes, rolloutBytes, replayBytes);
  if (largest === replayBytes) return 'ddpg.replaySize';
  if (largest === networkBytes) return 'network';
  return spec.environmentsPerWorker > spec.rolloutLength ? 'environmentsPerWorker' : 'rolloutLength';
}

function describe(bytes: number): string {
  const gibibytes = bytes / 2 ** 30;
  return gibibytes >= 1 ? `${gibibytes.toFixed(1)} GiB` : `${Math.round(bytes / 2 ** 20)} MiB`;
}
