// The example algorithm of docs/algorithms.md: its code is taken from the page, its types are checked, and it learns.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { modelCardSchema } from '../../../src/shared/model-format/model-card.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const root = join(import.meta.dirname, '../../..');

/** What follows the heading of the tour. */
function readTour(): string {
  const page = readFileSync(join(root, 'docs/algorithms.md'), 'utf8');
  return page.slice(page.indexOf('\n## An algorithm of your own\n'));
}

function listBlocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  );
}

const lists = ['src/shared/algorithms/algorithms.ts', 'src/worker/algorithms/create-algorithm.ts'];

interface Tour {
  /** The sources with what the tour adds to them. */
  readonly copy: string;
  /** The files that it adds or changes. */
  readonly files: readonly string[];
}

function followTour(): Tour {
  const copy = createTemporaryDirectory();
  for (const name of ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const tour = readTour();
  const files = [...lists];
  for (const code of listBlocks(tour, 'ts')) {
    const file = /^\/\/ (src\/\S+\.ts)$/m.exec(code)?.[1] ?? '';
    const path = join(copy, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
    files.push(file);
  }
  for (const patch of listBlocks(tour, 'diff'))
    applyPatch(
      patch,
      lists.map((name) => join(copy, name)),
    );
  return { copy, files };
}

/** Makes a change of a few lines in the one file that has the lines it is about. */
function applyPatch(patch: string, paths: readonly string[]): void {
  const lines = patch.split('\n').filter((line) => line !== '');
  const pick = (marks: string): string =>
    lines
      .filter(([mark = '']) => marks.includes(mark))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const path = paths.find((candidate) => readFileSync(candidate, 'utf8').includes(pick(' -')));
  if (path === undefined) throw new Error(`no file has the lines that are changed by\n${patch}`);
  writeFileSync(path, readFileSync(path, 'utf8').replace(pick(' -'), pick(' +')));
}

function run(directory: string, ...args: string[]) {
  return spawnSync(process.execPath, ['--no-warnings', ...args], { cwd: directory, encoding: 'utf8' });
}

it('compiles, learns CartPole, and refuses settings of other algorithms', { timeout: 150_000 }, () => {
  const { copy, files } = followTour();
  // All sources would take four times as long.
  writeFileSync(
    join(copy, 'tsconfig.tour.json'),
    JSON.stringify({ extends: './tsconfig.json', include: [], files }),
  );
  const compiled = run(
    copy,
    join(root, 'node_modules/typescript/bin/tsc'),
    '--project',
    'tsconfig.tour.json',
  );
  expect(compiled.stdout).toBe('');
  const train = ['src/cli/main.ts', 'train', 'CartPole-v1', '--seed', '1', '--output', 'model'];
  const trained = run(copy, ...train, '--algorithm', 'awr', '--awr.temperature', '1');
  expect(trained.stderr).toBe('');
  expect(trained.status).toBe(0);
  const card = modelCardSchema
    .pick({ scores: true })
    .parse(JSON.parse(readFileSync(join(copy, 'model/best/model-card.json'), 'utf8')));
  // Random play returns 22.
  expect(card.scores.evaluation?.mean).toBeGreaterThan(300);
  const refused = run(copy, ...train, '--algorithm', 'a2c', '--awr.temperature', '1');
  expect(refused.stderr).toMatch(/awr: only algorithm awr uses this/);
  expect(refused.status).not.toBe(0);
});
