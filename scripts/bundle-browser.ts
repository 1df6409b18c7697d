// Bundle of what trains in a browser. Web Workers have no import map, so without a bundler they could not import a
// package; and dozens of small modules would be fetched one by one.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { collectLicences } from './bundle-programs.ts';

/** The page's part, and the Web Workers that it starts. */
const entries = ['train', 'trainer', 'actor'];

/** Replaces the modules in `dist`/browser by bundles of the same names. */
export async function bundleBrowser(dist: string): Promise<void> {
  const directory = join(dist, 'browser');
  const build = await rolldown({
    input: Object.fromEntries(entries.map((name) => [name, join(directory, `${name}.js`)])),
    platform: 'browser',
    plugins: [
      {
        name: 'places of kernels',
        // Bundlers of users look for exactly this form of an address (see fetch-kernels.ts).
        transform: (code, id) =>
          id.endsWith('fetch-kernels.js')
            ? code.replaceAll("'./kernels/", "'../shared/engines/wasm/kernels/")
            : null,
      },
    ],
  });
  const { output } = await build.write({
    dir: directory,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[hash].js',
  });
  await build.close();
  const written = new Set<string>(output.map(({ fileName }) => fileName));
  const imported = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.imports : []));
  const outside = imported.filter((name) => !written.has(name));
  if (outside.length > 0) throw new Error(`a browser cannot import ${outside.join(', ')}`);
  // The modules that are in the bundles now, and the maps of what the bundles have replaced.
  for (const name of readdirSync(directory)) {
    if (/\.js(\.map)?$/.test(name) && !written.has(name)) rmSync(join(directory, name));
  }
  writeFileSync(join(directory, 'third-party-licenses.txt'), collectLicences(['leven', 'planck', 'zod']));
}
