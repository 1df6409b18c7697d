// A job that is being written: what was typed, what is sent, and the same as commands.
import type { Problem } from '../../../src/shared/api/problem.ts';
import { unflatten } from '../../../src/shared/fields/flatten.ts';
import { parseField, type JobField } from './job-fields.ts';

/** What was typed, by path. Fields that nobody touched are left to the preset. */
export type Draft = ReadonlyMap<string, string>;

export interface ReadDraft {
  readonly request: Readonly<Record<string, unknown>>;
  /** Text that cannot be read, by path. */
  readonly errors: ReadonlyMap<string, string>;
}

export function readDraft(draft: Draft, fields: readonly JobField[]): ReadDraft {
  const values = new Map<string, unknown>();
  const errors = new Map<string, string>();
  for (const field of fields) {
    const text = draft.get(field.path);
    if (text === undefined || text.trim() === '') continue;
    try {
      values.set(field.path, parseField(field, text));
    } catch (error) {
      errors.set(field.path, error instanceof Error ? error.message : String(error));
    }
  }
  return { request: unflatten(values), errors };
}

/** Errors of an answer at the fields of the form; those of no field are in `others`. */
export function placeErrors(
  { detail, errors = [] }: Problem,
  fields: readonly Pick<JobField, 'path'>[],
): { readonly byPath: ReadonlyMap<string, string>; readonly others: readonly string[] } {
  const byPath = new Map<string, string>();
  const others: string[] = [];
  for (const { path, message } of errors) {
    // An error inside of a list belongs to the field of the list.
    const field = fields
      .filter(
        (candidate) =>
          path === candidate.path ||
          path.startsWith(`${candidate.path}.`) ||
          path.startsWith(`${candidate.path}[`),
      )
      .sort((a, b) => b.path.length - a.path.length)[0];
    if (field === undefined) others.push(path === '' ? message : `${path}: ${message}`);
    else
      byPath.set(field.path, path === field.path ? message : `${path.slice(field.path.length)}: ${message}`);
  }
  return { byPath, others: errors.length === 0 ? [detail] : others };
}

export function writeCurl(request: object, url: string): string {
  return `curl -X POST ${url} \\\n  -H 'Content-Type: application/json' \\\n  -d ${quote(JSON.stringify(request))}`;
}

/** The environment is no flag, and only a server sends webhooks. */
const serverFields: ReadonlySet<string> = new Set(['environment', 'webhook']);

/** `a3c train CartPole-v1 --stop.max-steps 1000` */
export function writeCommand(draft: Draft, fields: readonly JobField[]): string {
  const flags = fields
    .filter(({ path }) => !serverFields.has(path) && (draft.get(path) ?? '').trim() !== '')
    .map(({ path }) => `--${toFlag(path)} ${quote((draft.get(path) ?? '').trim())}`);
  return [`npx a3c train ${quote(draft.get('environment') ?? '')}`, ...flags].join(' \\\n  ');
}

function toFlag(path: string): string {
  return path.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** One word for a shell. */
function quote(text: string): string {
  return /^[\w.:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
