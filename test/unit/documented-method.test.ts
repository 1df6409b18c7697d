// Keeps the settings and defaults in docs/method.md in agreement with the fields of a job.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeFields } from '../../src/shared/fields/describe-fields.ts';
import { optimizerDefaults } from '../../src/shared/job/job-defaults.ts';
import { jobRequestSchema } from '../../src/shared/job/job-spec.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/method.md'), 'utf8');
const fields = describeFields(jobRequestSchema).map(({ path }) => path);
const groups = new Set(
  fields.flatMap((path) =>
    path
      .split('.')
      .slice(0, -1)
      .map((_, end, parts) => parts.slice(0, end + 1).join('.')),
  ),
);

it('names settings that a job has', () => {
  const names = [...text.matchAll(/`([a-z]\w*(?:\.\w+)+)`|\\texttt\{([\w.]+)\}/gi)]
    .map(([, code, math]) => code ?? math ?? '')
    .filter((name) => groups.has(name.slice(0, name.lastIndexOf('.'))) && name !== 'policy.predict');
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter((name) => !fields.includes(name) && !groups.has(name))).toEqual([]);
});

it('names settings of the table of symbols that a job has', () => {
  const table = text.slice(text.indexOf('\n## Symbols\n'), text.indexOf('\n## Rollouts\n'));
  const names = [...table.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(15);
  const known = new Set([...fields, ...groups]);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

it('has the defaults of the optimizers', () => {
  const { adam, rmsprop } = optimizerDefaults;
  expect(text).toContain('adam $10^{-7}$, rmsprop $10^{-5}$');
  expect([adam.epsilon, rmsprop.epsilon]).toEqual([1e-7, 1e-5]);
  expect(text).toMatch(/`optimizer.beta2`\s*\| 0.9, 0.999 /);
  expect([adam.beta1, adam.beta2]).toEqual([0.9, 0.999]);
  expect(text).toMatch(/`optimizer.decay`\s*\| 0.99 /);
  expect([rmsprop.decay, rmsprop.momentum]).toEqual([0.99, 0]);
});
