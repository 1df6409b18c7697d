// Bundle of the environments on Box2D with their package, so that a page can load them without a bundler of its own.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { collectLicences } from './bundle-programs.ts';

/** Replaces the module in `dist` that is imported when such an environment is opened. */
export async function bundlePhysics(dist: string): Promise<void> {
  const directory = join(dist, 'shared/environments/box2d');
  const module = join(directory, 'worlds.js');
  const bundle = join(directory, 'worlds.bundled.js');
  const build = await rolldown({ input: module, platform: 'browser' });
  await build.write({ file: bundle, format: 'esm' });
  await build.close();
  renameSync(bundle, module);
  rmSync(`${module}.map`, { force: true });
  writeFileSync(join(directory, 'third-party-licenses.txt'), collectLicences(['planck']));
}
