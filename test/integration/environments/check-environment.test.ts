// The command check-environment, as a user runs it.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandEntry } from '../../fixtures/built-programs.ts';

const root = join(import.meta.dirname, '../../..');

/** Runs the command to its end. */
async function check(...args: string[]): Promise<{ code: unknown; output: string }> {
  const command = [commandEntry, 'check-environment', ...args];
  return await new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr });
    });
  });
}

it('passes the example, and says how fast it is', async () => {
  const { code, output } = await check('examples/custom-environment.ts');
  expect(output).toMatch(/^Corridor-v0\n {2}✓ valid definition\n( {2}✓ .*\n)+ {2}[\d,]+ steps per second\n$/);
  expect(code).toBe(0);
});

it('reports the mistakes of each environment in a module', async () => {
  const { code, output } = await check('test/fixtures/environments/misbehaving.ts', '--timeout-seconds', '3');
  expect(code).toBe(1);
  for (const problem of [
    /✗ ends its thread: it called process\.exit\(3\)/,
    /✗ hangs: .* within 3 s/,
    /✗ resets, .*, always with an allowed action: MasksWrongly-v0: .* each of 3 actions/,
    /✗ resets, .*: ObservesNaN-v0: step\(\) in step 7 .* is NaN/,
    /✗ resets, .*: Throws-v0: .* the trapdoor is stuck/,
  ]) {
    expect(output).toMatch(problem);
  }
});
