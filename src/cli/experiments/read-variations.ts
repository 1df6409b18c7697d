// Variations of an experiment from flags: `--vary optimizer.learningRate=0.001,0.01` is one variation for each value.
import type { ExperimentRequest } from '../../shared/api/experiment.ts';
import { describeIssues } from '../../shared/fields/describe-issues.ts';
import { unflatten } from '../../shared/fields/flatten.ts';
import { jobRequestSchema } from '../../shared/job/job-spec.ts';
import { experimentRequestSchema } from '../../shared/api/experiment.ts';
import { InvalidFlagsError } from '../flags/invalid-flags-error.ts';

type Variations = NonNullable<ExperimentRequest['variations']>;

/**
 * Returns every combination of the values; one empty variation without flags. Throws InvalidFlagsError for a flag that is
 * not `field=value,value`.
 */
export function readVariations(flags: readonly string[]): Variations {
  const combined = flags
    .map(readFlag)
    .reduce<ReadonlyMap<string, unknown>[]>(
      (variations, { path, values }) =>
        variations.flatMap((before) => values.map((value) => new Map([...before, [path, value]]))),
      [new Map()],
    );
  const { variations } = experimentRequestSchema.shape;
  const parsed = variations.safeParse(combined.map((flat) => unflatten(flat)));
  if (parsed.success) return parsed.data;
  // Each combination repeats the mistakes of the one before.
  const [first] = parsed.error.issues;
  const own = parsed.error.issues
    .filter(({ path }) => path[0] === first?.path[0])
    .map((issue) => ({ ...issue, path: issue.path.slice(1) }));
  const [input] = first ? combined.slice(Number(first.path[0]), Number(first.path[0]) + 1) : [];
  const issues = describeIssues(jobRequestSchema, own, unflatten(input ?? new Map()));
  throw new InvalidFlagsError(
    issues.map(({ path, message }) => ({ path: 'vary', message: `${path}: ${message}` })),
  );
}

function readFlag(text: string): { readonly path: string; readonly values: readonly unknown[] } {
  const [path = '', list] = text.split(/=(.*)/s, 2);
  if (path === '' || list === undefined || list === '')
    throw new InvalidFlagsError([
      { path: 'vary', message: `${text}: write a field and its values, like discount=0.9,0.99` },
    ]);
  return { path, values: readValues(list) };
}

/** A list of JSON, or words between commas. */
function readValues(list: string): readonly unknown[] {
  try {
    const values: unknown = JSON.parse(`[${list}]`);
    if (Array.isArray(values)) return values;
  } catch {
    // Words are no JSON.
  }
  return list.split(',').map(readWord);
}

function readWord(word: string): unknown {
  try {
    return JSON.parse(word);
  } catch {
    return word;
  }
}
