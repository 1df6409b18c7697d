// Keeps the reference in docs/command-line.md in agreement with the commands.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatReference, referenceMark } from '../../scripts/command-reference.ts';

it('docs/command-line.md says what the commands say; npm run reference writes it', async () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/command-line.md'), 'utf8');
  const [written = '', reference = ''] = text.split(referenceMark);
  expect(written).toContain('# Command line');
  expect(reference.trim()).toBe((await formatReference()).trim());
});
