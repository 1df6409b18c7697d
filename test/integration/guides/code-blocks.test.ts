// Blocks of code in the guides are the files they name, or code whose types are right.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { listBlocks, readGuide } from '../../fixtures/guides.ts';

const root = join(import.meta.dirname, '../../..');
const guides = [
  'get-started.md',
  ...readdirSync(join(root, 'docs/guides')).map((name) => `guides/${name}`),
].filter((name) => name.endsWith('.md'));
const namedBlock = /^<!-- file: (\S+) -->\n+```(\w+)\n(.*?)^```/gms;

it.each(guides)('%s shows its files as they are', (guide) => {
  for (const [, path = '', , code] of readGuide(guide).matchAll(namedBlock))
    expect(code, path).toBe(readFileSync(join(root, path), 'utf8'));
});

it('names files of examples', () => {
  const files = guides.flatMap((guide) => [...readGuide(guide).matchAll(namedBlock)].map(([, path]) => path));
  expect(files.length).toBeGreaterThanOrEqual(6);
});

it('compiles the other blocks of TypeScript', { timeout: 120_000 }, () => {
  const blocks = guides.flatMap((guide) => listBlocks(readGuide(guide).replaceAll(namedBlock, ''), 'ts'));
  expect(blocks.length).toBeGreaterThan(0);
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const directory = mkdtempSync(join(root, 'node_modules/.cache/guides-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const files = blocks.map((code, index) => {
    writeFileSync(join(directory, `${index}.ts`), `${code}export {};\n`);
    return `${index}.ts`;
  });
  const settings = { extends: join(relative(directory, root), 'tsconfig.json'), include: [], files };
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({
      ...settings,
      compilerOptions: { noUnusedLocals: false, lib: ['es2024', 'esnext.disposable', 'dom'] },
    }),
  );
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '--project', directory], {
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([0, '']);
});
