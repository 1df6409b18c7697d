// Memory that a job needs on its master's machine.
import type { EnvironmentRegistry } from '../shared/environments/registry.ts';
import { wrapEnvironment } from '../shared/environments/wrappers/wrap-environment.ts';
import { estimateJobMemory } from '../shared/job/estimate-job-memory.ts';
import type { JobSpec } from '../shared/job/job-spec.ts';

/** Estimates the memory of a job in bytes; 0 if its environment is missing, because such a job ends at once. */
export function estimateMemory(spec: JobSpec, environments: EnvironmentRegistry): number {
  const definition = environments.find(spec.environment);
  if (!definition) return 0;
  return estimateJobMemory(spec, wrapEnvironment(definition, spec.wrappers)).totalBytes;
}
