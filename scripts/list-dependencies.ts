// List of the packages of a production installation, from package-lock.json: version, licence, whether it runs an
// install script, and for direct dependencies the newest version, if the registry answers.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { formatTable } from '../src/cli/format-table.ts';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().default(false),
      peer: z.boolean().default(false),
      hasInstallScript: z.boolean().default(false),
      dependencies: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

const root = join(import.meta.dirname, '..');
const lookUpTimeoutMs = 20_000;
const modules = 'node_modules/';

/** Null where the registry does not answer. */
async function findNewestVersion(name: string): Promise<string | null> {
  try {
    const command = ['view', name, 'version'];
    const { stdout } = await promisify(execFile)('npm', command, { cwd: root, timeout: lookUpTimeoutMs });
    return stdout.trim();
  } catch (error) {
    console.error(
      `${name}: ${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)}`,
    );
    return null;
  }
}

const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
const direct = new Set(Object.keys(packages['']?.dependencies ?? {}));
const installed = Object.entries(packages)
  .filter(([path, { dev, peer }]) => path !== '' && !dev && !peer)
  .map(([path, entry]) => ({ ...entry, path, name: path.slice(path.lastIndexOf(modules) + modules.length) }))
  .sort(
    (one, other) =>
      Number(direct.has(other.name)) - Number(direct.has(one.name)) || (one.name < other.name ? -1 : 1),
  );

const rows = [['package', 'version', 'newest', 'licence', 'install script', 'direct']];
for (const { path, name, version = '', license = 'unknown', hasInstallScript } of installed) {
  const isDirect = direct.has(name) && path === modules + name;
  // One after the other, and only what package.json can change: a registry is nobody's to sweep.
  const newest = isDirect ? ((await findNewestVersion(name)) ?? 'no answer') : '';
  rows.push([name, version, newest, license, hasInstallScript ? 'yes' : 'no', isDirect ? 'yes' : 'no']);
}
console.log(formatTable(rows));
console.log(`\n${installed.length} packages, ${direct.size} of them direct`);
