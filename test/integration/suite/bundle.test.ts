// What the bundled programs carry along.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
