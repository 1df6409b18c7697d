// Runs with the same settings, which differ by their seed alone, and the settings that are not the same. No package is
// loaded: pages compare runs too.
import { flatten } from '../fields/flatten.ts';

/** A job, or a training of the command line. */
export interface ComparableRun {
  readonly spec: { readonly environment: string };
}

/** Say nothing about how a job learns. */
const ownFields: ReadonlySet<string> = new Set([
  'seed',
  'name',
  'webhook',
  'remoteWorkers',
  'environmentTimeoutSeconds',
]);

export interface SettingRow {
  readonly path: string;
  /** Of each run, as JSON; a missing one is an empty text. */
  readonly values: readonly string[];
}

/** Settings that are not the same in all runs. */
export function listDifferences(runs: readonly ComparableRun[]): SettingRow[] {
  const flat = runs.map(({ spec }) => flatten(spec));
  const paths = new Set(flat.flatMap((settings) => [...settings.keys()]));
  return [...paths]
    .map((path) => ({
      path,
      values: flat.map((settings) => (settings.has(path) ? JSON.stringify(settings.get(path)) : '')),
    }))
    .filter(
      ({ path, values }) =>
        new Set(values).size > 1 &&
        !['name', 'webhook'].includes(path) &&
        !path.startsWith('metadata') &&
        !isAbsentGroup(path, paths, values),
    );
}

/** Settings that some runs do not have at all are null there, and several fields in the others, which have rows. */
function isAbsentGroup(path: string, paths: ReadonlySet<string>, values: readonly string[]): boolean {
  const hasFields = [...paths].some((other) => other.startsWith(`${path}.`));
  return hasFields && values.every((value) => value === '' || value === 'null');
}

export interface RunGroup<Run> {
  readonly label: string;
  readonly runs: readonly Run[];
}

export function groupBySettings<Run extends ComparableRun>(runs: readonly Run[]): RunGroup<Run>[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = JSON.stringify(
      [...flatten(run.spec)].filter(([path]) => !ownFields.has(path) && !path.startsWith('metadata')),
    );
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const lists = [...groups.values()];
  const firsts = lists.flatMap((list) => list.slice(0, 1));
  const differences = listDifferences(firsts).filter(({ path }) => !ownFields.has(path));
  return lists.map((list, index) => ({ label: describe(list, index, differences), runs: list }));
}

function describe(runs: readonly ComparableRun[], index: number, differences: readonly SettingRow[]): string {
  const own = differences
    .slice(0, 3)
    .map(({ path, values }) => `${path.split('.').at(-1) ?? path} ${(values[index] ?? '').slice(0, 30)}`);
  const name = own.length > 0 ? own.join(', ') : (runs[0]?.spec.environment ?? '');
  return `${name} (${runs.length} ${runs.length === 1 ? 'run' : 'runs'})`;
}
