// Output of the command when an environment fails.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../../fixtures/command-line.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const misbehaving = join(import.meta.dirname, '../../fixtures/environments/misbehaving.ts');

it('names what an environment threw and what caused that', async () => {
  const directory = createTemporaryDirectory();
  const args = ['train', 'ThrowsWithCause-v0', '--environments', misbehaving, '--workers', '1'];
  const { code, stderr } = await runCommand(args, { directory });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: ThrowsWithCause-v0: step\(\) in step 7 .*\n/);
  expect(stderr).toMatch(/\ncaused by: Error: the level cannot be loaded\n\s+at .*misbehaving\.ts/);
  expect(stderr).toMatch(/\ncaused by: RangeError: there is no level 8\n\s+at .*misbehaving\.ts/);
});
