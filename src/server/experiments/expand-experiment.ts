// Expansion of an experiment into the requests of its jobs.
import type { ExperimentRequest, Variation } from '../../shared/api/experiment.ts';
import type { JobRequest } from '../../shared/job/job-spec.ts';
import { jobRequestSchema } from '../../shared/job/job-spec.ts';
import { InvalidJobError } from '../../shared/job/resolve-job-spec.ts';
import { flatten } from '../../shared/fields/flatten.ts';

/** A policy or a start is of one kind: its fields do not mix with those of another. */
const wholeFields: ReadonlySet<string> = new Set(['policy', 'startFrom']);

/** The seeds of an experiment; a number stands for as many seeds from the job's own, or 1, on. */
export function listSeeds({ seeds, job }: Pick<ExperimentRequest, 'seeds' | 'job'>): number[] {
  if (typeof seeds !== 'number') return seeds;
  const first = job.seed ?? 1;
  return Array.from({ length: seeds }, (_, index) => first + index);
}

/** The request of a variation: its fields replace those of the job, one by one in `optimizer`, `stop` and the like. */
export function applyVariation(job: JobRequest, variation: Variation): JobRequest {
  const merged = new Map<string, unknown>(Object.entries(job));
  for (const [name, value] of Object.entries(variation)) {
    const before = merged.get(name);
    const isMixed = isRecord(before) && isRecord(value) && !wholeFields.has(name);
    merged.set(name, isMixed ? { ...before, ...value } : value);
  }
  return jobRequestSchema.parse(Object.fromEntries(merged));
}

/** Describes a variation by what it sets. */
export function labelVariation(variation: Variation): string {
  if (typeof variation.name === 'string') return variation.name;
  const parts = [...flatten(variation)].map(
    ([path, value]) => `${path} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return parts.length === 0 ? 'the job itself' : parts.join(', ').slice(0, 200);
}

/** Returns the error with paths in the experiment's request: of the variation where it sets the field, else of the job. */
export function locateIssues(
  { issues }: InvalidJobError,
  variation: Variation,
  index: number,
): InvalidJobError {
  return new InvalidJobError(
    issues.map(({ path, message }) => {
      const isOwn = Object.hasOwn(variation, path.split('.')[0] ?? '');
      return { path: isOwn ? `variations.${index}.${path}` : `job.${path}`, message };
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
