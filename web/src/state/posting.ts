// What a form posts: one job, an experiment with it, or a search for its settings.
import type { Problem } from '../../../src/shared/api/problem.ts';

export const postingKinds = ['job', 'experiment', 'tuning'] as const;
export type PostingKind = (typeof postingKinds)[number];

/** What was typed beside the job's own fields. */
export interface Posting {
  readonly kind: PostingKind;
  readonly seeds: string;
  /** A list of objects as JSON. */
  readonly variations: string;
  readonly trials: string;
}

export const postingPaths: Readonly<Record<PostingKind, string>> = {
  job: 'jobs',
  experiment: 'experiments',
  tuning: 'tunings',
};

/** Fields of the form that are not those of a job. */
export const postingFields = ['seeds', 'variations', 'trials'].map((path) => ({ path }));

export interface ReadPosting {
  /** Body of the POST to `postingPaths[kind]`. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Text that cannot be read, by field. */
  readonly errors: ReadonlyMap<string, string>;
}

export function readPosting(
  { kind, seeds, variations, trials }: Posting,
  job: Readonly<Record<string, unknown>>,
): ReadPosting {
  if (kind === 'job') return { body: job, errors: new Map() };
  const { name, seed, ...settings } = job;
  const errors = new Map<string, string>();
  const fields: readonly (readonly [string, string])[] =
    kind === 'experiment'
      ? [
          ['seeds', seeds],
          ['variations', variations],
        ]
      : [
          ['seeds', seeds],
          ['trials', trials],
        ];
  const read = fields.flatMap(([path, text]) => {
    if (text.trim() === '') return [];
    try {
      const value: unknown = JSON.parse(text);
      return [[path, value] as const];
    } catch {
      errors.set(path, path === 'variations' ? 'must be a list of objects as JSON' : 'must be a number');
      return [];
    }
  });
  // The seed of an experiment's job is its first one; that of a search draws its trials.
  const isTuning = kind === 'tuning';
  return {
    body: {
      ...(name !== undefined && { name }),
      job: { ...settings, ...(!isTuning && seed !== undefined && { seed }) },
      ...(isTuning && seed !== undefined && { seed }),
      ...Object.fromEntries(read),
    },
    errors,
  };
}

/** The problem with the paths of a job's own fields. */
export function locateInForm(problem: Problem): Problem {
  return {
    ...problem,
    ...(problem.errors && {
      errors: problem.errors.map(({ path, message }) => ({ path: path.replace(/^job\./, ''), message })),
    }),
  };
}
