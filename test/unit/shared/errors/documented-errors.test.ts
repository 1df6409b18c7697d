// Keeps docs/errors.md in agreement with the code, in both directions.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { statusByCode } from '../../../../src/server/http/problems/problem.ts';

const root = join(import.meta.dirname, '../../../..');
const rows = [
  ...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `([A-Z_]+)` *\|(?: *(\d{3}) *\|)?/gm),
];
const documented = rows.map(([, code = '']) => code);

/** Codes of error classes and of error objects in the sources. */
const used = globSync('src/**/*.ts', { cwd: root }).flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/\bcode(?: =|:(?: code \?\?)?) '([A-Z_]+)'/g)].map(
    ([, code = '']) => code,
  ),
);

describe('docs/errors.md', () => {
  it('lists every existing code once, and no others', () => {
    const known = new Set([...used, ...Object.keys(statusByCode)]);
    expect([...documented].sort()).toEqual([...known].sort());
  });

  it('names the status that the API answers with', () => {
    const statuses = rows.flatMap(([, code = '', status]) =>
      status === undefined ? [] : [[code, Number(status)]],
    );
    expect(Object.fromEntries(statuses)).toEqual(statusByCode);
  });
});
