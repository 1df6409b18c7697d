// Keeps docs/http-api.md, the learning curve and the list of measures in agreement.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { learningCurvePointSchema } from '../../src/shared/api/learning-curve.ts';
import { measures } from '../../src/shared/measures/measures.ts';

it('docs/http-api.md lists every measure with its unit, aggregation and meaning', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/http-api.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (.*?) *\| (.*?) *\| (.*?) *\|$/gm)].map(
    ([, name, unit, aggregation, description]) => ({ name, unit, aggregation, description }),
  );
  expect(rows).toEqual(measures);
});

it('the columns of a learning curve are the measures, in their order', () => {
  expect(learningCurvePointSchema.keyof().options).toEqual(measures.map(({ name }) => name));
});
