// Completion scripts, in the shells that they are for.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { A3CClient } from '../../../src/client/a3c-client.ts';
import { runCommand } from '../../fixtures/command-line.ts';
import { startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Writes the script into a directory with files to complete. */
async function prepare(shell: string): Promise<string> {
  const directory = createTemporaryDirectory();
  const { code, stdout } = await runCommand(['completion', shell], { directory });
  expect(code).toBe(0);
  writeFileSync(join(directory, 'script'), stdout);
  writeFileSync(join(directory, 'my settings.yaml'), '');
  writeFileSync(join(directory, 'my game.gif'), '');
  writeFileSync(join(directory, 'my model.zip'), '');
  mkdirSync(join(directory, 'my model'));
  return directory;
}

/** Command lines as the shell splits them, the last word being completed, and what is offered. */
const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    ['a3c', 'tra'],
    ['train', 'trainer'],
  ],
  [
    ['a3c', 'train', '--config', 'my'],
    ['my game.gif', 'my model', 'my model.zip', 'my settings.yaml'],
  ],
  [
    ['a3c', 'play', '--output', 'my'],
    ['my game.gif', 'my model'],
  ],
  [['a3c', 'train', '--resume', ''], ['my model']],
  [
    ['a3c', 'play', 'my'],
    ['my model', 'my model.zip'],
  ],
  // Bash splits words at =, and nothing that is typed may be run.
  [['a3c', 'train', '$(touch hacked)', '--algorithm', '=', 'rein'], ['reinforce']],
];

describe.skipIf(!isInstalled('bash'))('in bash', () => {
  it('completes words and files, and runs nothing that was typed', async () => {
    const directory = await prepare('bash');
    for (const [words, offered] of cases) {
      const script = `source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _a3c 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const output = execFileSync('bash', ['--norc', '-c', script, 'bash', ...words], { cwd: directory });
      expect(output.toString().trimEnd().split('\n').sort()).toEqual(offered);
    }
    expect(execFileSync('ls', { cwd: directory }).toString()).not.toContain('hacked');
  });
});

describe.skipIf(!isInstalled('fish'))('in fish', () => {
  it('completes words and files', async () => {
    const directory = await prepare('fish');
    const complete = (line: string): string =>
      execFileSync('fish', ['--no-config', '-c', 'source ./script; complete -C "$argv"', line], {
        cwd: directory,
      }).toString();
    expect(complete('a3c tra')).toMatch(/^train\tTrain in this process/);
    expect(complete('a3c train --algorithm=rein')).toBe('--algorithm=reinforce\n');
    expect(complete('a3c train --config my')).toContain('my settings.yaml');
    const replays = complete('a3c play --output my');
    expect(replays).toContain('my game.gif');
    expect(replays).toContain('my model/');
    expect(replays).not.toContain('settings');
  });
});

describe.skipIf(!isInstalled('zsh'))('in zsh', () => {
  it('is a script that zsh can read', async () => {
    const directory = await prepare('zsh');
    execFileSync('zsh', ['-n', './script'], { cwd: directory });
  });
});

it('offers the jobs of a server, and its experiments', async () => {
  const server = await startTestServer();
  const { id } = await server.postJob('run');
  const complete = ['complete', 'jobs', 'watch', '--url', server.url, ''];
  const { stdout } = await runCommand(complete, { directory: createTemporaryDirectory() });
  expect(stdout).toMatch(
    new RegExp(`^words\n${id}\tCartPole-v1 (queued|running) run\nlast\tthe newest job\n$`),
  );
  const { id: experiment } = await new A3CClient({ url: server.url }).createExperiment({
    job: { environment: 'CartPole-v1' },
    seeds: 1,
    name: 'one seed',
  });
  const listing = ['complete', 'experiment', 'show', '--url', server.url, 'e'];
  const experiments = await runCommand(listing, { directory: createTemporaryDirectory() });
  expect(experiments.stdout).toMatch(
    new RegExp(`^words\n${experiment}\tCartPole-v1 (queued|running) one seed\n$`),
  );
});
