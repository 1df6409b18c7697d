// Keeps the reference in docs/command-line.md in agreement with the commands.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { documentCommands } from '../../scripts/documentation/describe-commands.ts';

it('the reference in docs/command-line.md is what `npm run document` writes', async () => {
  const path = join(import.meta.dirname, '../../docs/command-line.md');
  const text = readFileSync(path, 'utf8');
  const written = await format(await documentCommands(text), {
    ...(await resolveConfig(path)),
    filepath: path,
  });
  expect(text).toBe(written);
});
