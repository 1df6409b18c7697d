// a3c serve in a terminal greets a person; elsewhere it logs JSON, which all other tests of servers read.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { commandEntry } from '../../fixtures/built-programs.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

/** Runs a command in a terminal of its own (util-linux). */
const terminal = '/usr/bin/script';

it.skipIf(!existsSync(terminal))('a server in a terminal says where it is, and what to do', async () => {
  const command = [
    process.execPath,
    commandEntry,
    'serve',
    '--port',
    '0',
    '--data',
    createTemporaryDirectory(),
  ];
  const child = spawn(terminal, ['--quiet', '--return', '--command', command.join(' '), '/dev/null'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await vi.waitFor(() => expect(output).toMatch(/Ctrl-C stops the server/), { timeout: 30_000 });
  expect(output).toMatch(/listens at .*http:\/\/127\.0\.0\.1:\d+/);
  expect(output).not.toContain('{"level"');
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('close', resolve));
});
