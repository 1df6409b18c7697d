// The package as npm packs it, in an empty project outside of the checkout. Its dependencies are links to those of the
// checkout: what it needs and does not declare is missing there.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const root = join(import.meta.dirname, '../../..');
const project = join(root, 'test/fixtures/packed-project');
const folder = 'node_modules/';
/** What the project has for itself. */
const ofProject: readonly string[] = ['typescript', '@types/node'];

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), peer: z.boolean().optional() })),
});

/** Packages that npm would install: those of the lock file that are not for development. */
function listPackages(): string[] {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(packages).flatMap(([path, { dev = false }]) => {
    const name = path.slice(folder.length);
    // Packages inside of others come with them.
    const isTop = path.startsWith(folder) && !name.includes(folder);
    return isTop && (!dev || ofProject.includes(name)) && existsSync(join(root, path)) ? [name] : [];
  });
}

/** Runs a command to its end and returns what it prints. Throws with what it prints if it fails. */
async function run(command: string, args: readonly string[], directory: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd: directory });
  return stdout;
}

/** Packs the package and unpacks it into a new project. */
async function install(): Promise<string> {
  const directory = createTemporaryDirectory();
  const options = ['--ignore-scripts', '--silent', '--pack-destination', directory];
  const archive = (await run('npm', ['pack', ...options], root)).trim();
  const target = join(directory, folder, 'a3c-server');
  mkdirSync(target, { recursive: true });
  await run('tar', ['-xzf', join(directory, archive), '-C', target, '--strip-components=1'], directory);
  for (const name of listPackages()) {
    const link = join(directory, folder, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, folder, name), link);
  }
  cpSync(project, directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  return directory;
}

const resultSchema = z.object({
  action: z.number(),
  calls: z.array(z.string()),
  dashboard: z.array(z.number()),
  environments: z.array(z.string()),
});

/** npm packs, the compiler checks and a job trains, while the tests beside take most of the cores. */
const enoughForAll = { timeout: 180_000 };

it('an installed package type-checks, trains, plays, and serves its dashboard', enoughForAll, async () => {
  const directory = await install();
  await run(process.execPath, [join(folder, 'typescript/bin/tsc')], directory);
  const result = resultSchema.parse(JSON.parse(await run(process.execPath, ['program.ts'], directory)));
  expect([0, 1]).toContain(result.action);
  expect(result.calls).toEqual([
    'succeeded',
    'evaluation true',
    'curve true',
    'CartPole-v1 true',
    'JOB_NOT_FOUND',
  ]);
  expect(result.dashboard.length).toBeGreaterThan(2);
  expect(new Set(result.dashboard)).toEqual(new Set([200]));
  expect(result.environments).toEqual(expect.arrayContaining(['Still-v0', 'CartPole-v1', 'Pendulum-v1']));
});
