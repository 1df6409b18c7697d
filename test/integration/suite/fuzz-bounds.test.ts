// Limits of fuzz workers: a test that grows or hangs ends with a line that says so, and the run fails.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

async function runEndless(file: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const config = join(root, 'test/fixtures/endless/vitest.config.ts');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--config', config, file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [output] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, output };
}

describe('a fuzz worker', () => {
  it('that reads an endless file fails when it has grown too large', async () => {
    const { code, output } = await runEndless('memory.endless.ts');
    expect(output).toMatch(
      /^A fuzz worker takes \d+ MiB of memory, more than 700\. Killed in memory\.endless\.ts > reads without end$/m,
    );
    expect(code).toBe(1);
  });

  it('that never lets go of the event loop fails when its time is over', async () => {
    const { code, output } = await runEndless('time.endless.ts');
    expect(output).toMatch(
      /^A fuzz worker hangs: nothing ended for \d+ s\. Killed in time\.endless\.ts > computes without end$/m,
    );
    expect(code).toBe(1);
  });
});
