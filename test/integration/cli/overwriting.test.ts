// Commands ask before they overwrite something, and refuse where nobody can answer.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../../fixtures/command-line.ts';
import { hasTerminal, runInTerminal } from '../../fixtures/terminal.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const tiny = ['train', 'Identity-v0', '--seed', '1', '--workers', '1', '--output', 'm'];
const first = [...tiny, '--stop.max-steps', '500'];
const second = [...tiny, '--stop.max-steps', '600'];
const question = /m has an earlier training\. Overwrite it\? \[y\/N\] /;

it('refuses with exit code 2, and overwrites with --force nothing but its own files', async () => {
  const directory = createTemporaryDirectory();
  expect((await runCommand(first, { directory })).code).toBe(0);
  const before = readFileSync(join(directory, 'm/job.json'), 'utf8');
  writeFileSync(join(directory, 'm/best.onnx'), 'mine');
  const refused = await runCommand(second, { directory, input: 'y\n' });
  expect(refused).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'error: m has an earlier training; choose another path with --output, or overwrite it with --force\n',
  });
  expect(readFileSync(join(directory, 'm/job.json'), 'utf8')).toBe(before);
  if (hasTerminal) await refuseInTerminal(directory);
  expect((await runCommand([...second, '--force'], { directory })).code).toBe(0);
  expect(readFileSync(join(directory, 'm/job.json'), 'utf8')).not.toBe(before);
  expect(readFileSync(join(directory, 'm/best.onnx'), 'utf8')).toBe('mine');
});

/** The end of the input (Ctrl-D) is no answer. */
async function refuseInTerminal(directory: string): Promise<void> {
  const refused = await runInTerminal(second, { directory, dialogue: [[question, '\u0004']] });
  expect(refused.code).toBe(2);
  expect(refused.output).toContain('error: nothing was overwritten: m has an earlier training');
  expect(existsSync(join(directory, 'm/best'))).toBe(true);
}

it.skipIf(!hasTerminal)('asks on a terminal, and overwrites after yes', async () => {
  const directory = createTemporaryDirectory();
  mkdirSync(join(directory, 'm'));
  writeFileSync(join(directory, 'm/job.json'), '{}');
  const agreed = await runInTerminal(second, { directory, dialogue: [[question, 'y\n']] });
  expect([agreed.code, agreed.output]).toEqual([0, expect.stringContaining('Best model: m/best')]);
});
