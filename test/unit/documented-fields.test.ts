// Keeps docs/job-fields.md in agreement with the schema of jobs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { describeJobFields } from '../../scripts/documentation/describe-job-fields.ts';

it('docs/job-fields.md is what `npm run document` writes', async () => {
  const path = join(import.meta.dirname, '../../docs/job-fields.md');
  const written = await format(describeJobFields(), { ...(await resolveConfig(path)), filepath: path });
  expect(readFileSync(path, 'utf8')).toBe(written);
});
