// A request with every setting of a job, for a file that a person changes.
import { algorithms } from '../../shared/algorithms/algorithms.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import type { JobRequest } from '../../shared/job/job-spec.ts';
import { resolveJobSpec } from '../../shared/job/resolve-job-spec.ts';

/** Not settings, or different for each job. */
const ownFields: ReadonlySet<string> = new Set(['seed', 'startFrom', 'name', 'metadata', 'webhook']);

/**
 * Resolves what is given to the settings of the environment's preset. A job of the returned request has the same spec as
 * one of the given fields. Throws InvalidJobError.
 */
export function createCompleteRequest(
  given: Pick<JobRequest, 'algorithm'>,
  definition: EnvironmentDefinition,
): Partial<JobRequest> {
  const spec = resolveJobSpec({ ...given, environment: definition.id }, definition, () => 0);
  const unused: ReadonlySet<string> = new Set(
    algorithms.filter(({ name }) => name !== spec.algorithm).map(({ name }) => name),
  );
  return Object.fromEntries(
    Object.entries(spec).filter(([name]) => !ownFields.has(name) && !unused.has(name)),
  );
}
