// Check of error answers: the documented shape, with a code of docs/errors.md and its status.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { problemContentType, problemSchema } from '../../../src/shared/api/problem.ts';

const documentation = readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8');
const statuses = new Map(
  [...documentation.matchAll(/^\| `([A-Z_]+)` *\| *(\d{3}) *\|/gm)].map(([, code = '', status]) => [
    code,
    Number(status),
  ]),
);
const strictSchema = z.strictObject(problemSchema.shape);

export interface ErrorAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Throws where an error answer is not as documented; a body that HEAD leaves out is not missed. */
export function requireDocumentedProblem({ status, contentType, body }: ErrorAnswer, hasBody: boolean): void {
  if (!contentType.startsWith(problemContentType)) throw new Error(`${status} with ${contentType}: ${body}`);
  if (!hasBody) return;
  const problem = strictSchema.parse(JSON.parse(body));
  if (problem.status !== status) throw new Error(`${status} says ${problem.status}`);
  if (statuses.get(problem.code) !== status) throw new Error(`${status} ${problem.code} is not documented`);
}
