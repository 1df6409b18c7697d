// Keeps the table of names in docs/from-stable-baselines3.md in agreement with the fields of a job, and with the names
// that suggestions know.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFields } from '../../src/shared/fields/describe-fields.ts';
import { stableBaselines3Names, usualNames } from '../../src/shared/fields/other-names.ts';
import { suggestFields } from '../../src/shared/fields/suggest-names.ts';
import { jobRequestSchema } from '../../src/shared/job/job-spec.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/from-stable-baselines3.md'), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((row) => row.split('|').map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)));
const fields = describeFields(jobRequestSchema).map(({ path }) => path);

/** The parameters of the table, with the fields beside them: one each, or all of the row. */
function readParameters(): Record<string, readonly string[]> {
  const parameters = new Map<string, readonly string[]>();
  for (const [, names = [], own = []] of rows) {
    const meant = own.filter((name) => fields.includes(name));
    if (meant.length === 0) continue;
    for (const [index, name] of names.entries()) {
      if (!/^[a-z][a-z0-9_]*$/.test(name)) continue;
      const paired =
        names.length > 1 && names.length === meant.length ? meant.slice(index, index + 1) : meant;
      parameters.set(name, [...(parameters.get(name) ?? []), ...paired]);
    }
  }
  return Object.fromEntries(parameters);
}

describe('the table of names of Stable-Baselines3', () => {
  it('names fields of a job', () => {
    const named = rows.flatMap(([, , own = []]) => own).filter((name) => !name.startsWith('policy.predict'));
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((name) => !fields.includes(name))).toEqual([]);
  });

  it('has the names that suggestions know, and no others', () => {
    expect(readParameters()).toEqual(stableBaselines3Names);
  });
});

it.each(Object.entries({ ...stableBaselines3Names, ...usualNames }))('%s suggests %j', (name, meant) => {
  expect(new Set(suggestFields(name, fields))).toEqual(new Set(meant));
});
