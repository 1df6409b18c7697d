import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createClientText } from '../../../src/server/client-text.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const clientText = createClientText(['/srv/data', '/home/ada/my envs', '/srv/envs/one.ts']);
const ownFrame = `    at step (${join(import.meta.dirname, '../../../src/worker/actor.ts')}:10:3)`;

describe('a text for clients', () => {
  it.each([
    ['no valid version of /srv/data/jobs/job_1/best is left', 'no valid version of jobs/job_1/best is left'],
    ['cannot use /srv/data: full', 'cannot use data: full'],
    ['file:///home/ada/my%20envs/maze/walls.ts:3:7', 'maze/walls.ts:3:7'],
    ["open '/home/ada/my envs/maze/a b.csv'", "open 'maze/a b.csv'"],
    [
      "ENOENT: no such file or directory, open '/etc/my app/key.pem'",
      "ENOENT: no such file or directory, open 'key.pem'",
    ],
    ['it lies at /mnt/srv/data/x', 'it lies at x'],
    ['/var/lib/a.json and file:///opt/b.ts:1:2, both', 'a.json and b.ts:1:2, both'],
    ['/secret is unreadable', 'secret is unreadable'],
    ['path=/var/lib/a.json', 'path=a.json'],
    ['reading:/var/lib/a.json', 'reading:a.json'],
    [String.raw`C:\Users\ada\maze.ts:3:7 and \\host\share\b.ts`, 'maze.ts:3:7 and b.ts'],
    ['threw Error: no (at step (/home/bob/m y/maze.ts:4:5))', 'threw Error: no (at step (maze.ts:4:5))'],
  ])('of %j is %j', (text, expected) => {
    expect(clientText(text)).toBe(expected);
  });

  it.each([
    'there is nothing at this address; GET /docs lists all addresses',
    'see https://example.com/a/b and steps/s, and/or ./a/b ../c 1/2 and a // b',
    'step() in step 7 of its episode returned a reward of NaN; observations are [0, 1]',
    'network.layers/0: at most 4096',
    'We met\nat noon / at night',
    '',
  ])('stays as it is where it names no place: %j', (text) => {
    expect(clientText(text)).toBe(text);
  });

  it('keeps of a stack the first place that is not the server’s own, and of each cause', () => {
    const stack = [
      'EnvironmentFailedError: Maze-v0: step() threw',
      ownFrame,
      'caused by: RangeError: stuck',
      '    at JSON.parse (<anonymous>)',
      '    at readWalls (/srv/app/node_modules/walls/index.js:9:9)',
      '    at new Maze (file:///home/ada/my%20envs/maze/walls.ts:3:7)',
      '    at async file:///home/ada/my%20envs/maze.ts:30:1',
      ownFrame,
      '    at node:internal/main:1:2',
      'caused by: it',
    ];
    expect(clientText(stack.join('\n'))).toBe(
      'EnvironmentFailedError: Maze-v0: step() threw\ncaused by: RangeError: stuck (maze/walls.ts:3:7)\ncaused by: it',
    );
  });

  it('knows a directory by its real name, and a file’s directory', () => {
    const place = createTemporaryDirectory();
    mkdirSync(join(place, 'real'));
    symlinkSync(join(place, 'real'), join(place, 'link'));
    writeFileSync(join(place, 'real', 'maze.ts'), '');
    for (const root of ['link', 'link/maze.ts']) {
      const text = createClientText([join(place, root)]);
      expect(text(`${pathToFileURL(join(place, 'real')).href}/deep/walls.ts:1:2`)).toBe('deep/walls.ts:1:2');
      expect(text(join(place, 'link/deep/walls.ts'))).toBe('deep/walls.ts');
    }
  });
});
