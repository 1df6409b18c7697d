// docs/http-api.md has a line for every measure, as the list has it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measures } from '../../src/shared/measures/measures.ts';

it('docs/http-api.md lists every measure with its unit and meaning', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/http-api.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (.*?) *\| (.*?) *\|$/gm)].map(
    ([, name, unit, description]) => ({
      name,
      unit,
      description,
    }),
  );
  expect(rows).toEqual(measures);
});
