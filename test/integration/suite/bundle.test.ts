// What the bundled programs and the client carry along.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';
import { bundledPackages } from '../../../scripts/bundle-programs.ts';

const bundle = join(import.meta.dirname, '../../../dist/bundle');

it('packages that are bundled come with their licences, and are not loaded again', () => {
  const licences = readFileSync(join(bundle, 'third-party-licenses.txt'), 'utf8');
  const imported = readdirSync(bundle)
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) =>
      [...readFileSync(join(bundle, name), 'utf8').matchAll(/^import .*from "([^"]+)";$/gm)].map(
        ([, from]) => from,
      ),
    );
  expect(imported).toContain('fastify');
  for (const name of bundledPackages) {
    expect(licences).toMatch(new RegExp(`^${name}\n(?:.*\n){1,12}.*(?:Copyright|MIT)`, 'm'));
    expect(imported.filter((from) => from === name || from?.startsWith(`${name}/`))).toEqual([]);
  }
});

/** Files of the bundle that a file leads to, with itself. A set that grows while it is walked is walked to its new end. */
function walkImports(entry: string): {
  readonly files: readonly string[];
  readonly outside: readonly string[];
} {
  const files = new Set([entry]);
  const outside: string[] = [];
  for (const file of files) {
    const code = readFileSync(join(bundle, file), 'utf8');
    for (const [, from = ''] of code.matchAll(/\b(?:from|import) ?\(?"([^"]+)"/g)) {
      if (from.startsWith('./')) files.add(from.slice(2));
      else outside.push(from);
    }
  }
  return { files: [...files], outside };
}

it('the client is built without Node and without packages', () => {
  const { files, outside } = walkImports('client.js');
  expect(outside).toEqual([]);
  expect(files.length).toBeGreaterThan(1);
  for (const file of files)
    expect(readFileSync(join(bundle, file), 'utf8')).not.toMatch(/\brequire\(|\bprocess\./);
  expect(walkImports('index.js').outside).toContain('node:fs');
});

it('the client takes less than 8 KB of a page', async () => {
  const build = await rolldown({ input: join(bundle, 'client.js'), platform: 'browser' });
  const { output } = await build.generate({ minify: true });
  await build.close();
  expect(output).toHaveLength(1);
  expect(brotliCompressSync(output[0].code).byteLength).toBeLessThan(8_000);
});
