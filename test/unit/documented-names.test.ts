// Keeps the table of names in docs/from-stable-baselines3.md in agreement with the fields of a job.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeFields } from '../../src/shared/fields/describe-fields.ts';
import { jobRequestSchema } from '../../src/shared/job/job-spec.ts';

it('every field that the table names is a field of a job', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/from-stable-baselines3.md'), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  const named = rows
    .slice(2)
    .flatMap((row) => [...(row.split('|')[2] ?? '').matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name))
    .filter((name) => !name.startsWith('policy.predict'));
  expect(named.length).toBeGreaterThan(25);
  const fields = new Set(describeFields(jobRequestSchema).map(({ path }) => path));
  expect(named.filter((name) => !fields.has(name))).toEqual([]);
});
