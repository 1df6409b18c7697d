// Jobs with the same settings: runs that differ by their seed alone.
import type { Job } from '../../../src/shared/job/job.ts';
import { flatten } from './flatten.ts';

/** Say nothing about how a job learns. */
const ownFields: ReadonlySet<string> = new Set(['seed', 'name', 'environmentTimeoutSeconds']);

export interface SettingRow {
  readonly path: string;
  /** Of each job, as JSON; a missing one is an empty text. */
  readonly values: readonly string[];
}

/** Settings that are not the same in all jobs. */
export function listDifferences(jobs: readonly Job[]): SettingRow[] {
  const flat = jobs.map(({ spec }) => flatten(spec));
  const paths = new Set(flat.flatMap((settings) => [...settings.keys()]));
  return [...paths]
    .map((path) => ({
      path,
      values: flat.map((settings) => (settings.has(path) ? JSON.stringify(settings.get(path)) : '')),
    }))
    .filter(
      ({ path, values }) => new Set(values).size > 1 && path !== 'name' && !path.startsWith('metadata'),
    );
}

export interface JobGroup {
  readonly label: string;
  readonly jobs: readonly Job[];
}

export function groupBySettings(jobs: readonly Job[]): JobGroup[] {
  const groups = new Map<string, Job[]>();
  for (const job of jobs) {
    const key = JSON.stringify(
      [...flatten(job.spec)].filter(([path]) => !ownFields.has(path) && !path.startsWith('metadata')),
    );
    groups.set(key, [...(groups.get(key) ?? []), job]);
  }
  const lists = [...groups.values()];
  const firsts = lists.flatMap((list) => list.slice(0, 1));
  const differences = listDifferences(firsts).filter(({ path }) => !ownFields.has(path));
  return lists.map((list, index) => ({ label: describe(list, index, differences), jobs: list }));
}

function describe(jobs: readonly Job[], index: number, differences: readonly SettingRow[]): string {
  const own = differences
    .slice(0, 3)
    .map(({ path, values }) => `${path.split('.').at(-1) ?? path} ${(values[index] ?? '').slice(0, 30)}`);
  const name = own.length > 0 ? own.join(', ') : (jobs[0]?.spec.environment ?? '');
  return `${name} (${jobs.length} ${jobs.length === 1 ? 'run' : 'runs'})`;
}
