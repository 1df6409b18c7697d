// The package on a Node that is too old for it, if the path has one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const root = join(import.meta.dirname, '../../..');

function findOldNode(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((path) => {
      if (!existsSync(path)) return false;
      const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.slice(1);
      const [major = 0, minor = 0] = version.split('.').map(Number);
      return major < 22 || (major === 22 && minor < 18);
    });
}
const oldNode = findOldNode();

/** The package as it is published: without types. */
async function buildPackage(): Promise<string> {
  const directory = createTemporaryDirectory();
  const sources = await readdir(join(root, 'src'), { recursive: true });
  for (const source of sources.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))) {
    const text = stripTypeScriptTypes(await readFile(join(root, 'src', source), 'utf8'));
    const target = join(directory, 'dist', source.replace(/ts$/, 'js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text.replaceAll(/(['"]\.[^'"\n]*)\.ts(?=['"])/g, '$1.js'));
  }
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  return directory;
}

function runOldNode(context: TestContext, directory: string, args: readonly string[]) {
  if (oldNode === undefined) return context.skip('there is no Node older than 22.18 on the path');
  return spawnSync(oldNode, args, { cwd: directory, encoding: 'utf8' });
}

const advice =
  /^a3c-server needs Node 22\.18 or newer; this is v\d+\.\d+\.\d+\. Install .*nodejs\.org.*npm install node@22.*\n$/;

it('the command reports it in one line', async (context) => {
  const { status, stdout, stderr } = runOldNode(context, await buildPackage(), ['dist/cli/main.js', 'serve']);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(advice);
});

it('train() and startServer() report it, and the rest works on an older Node', async (context) => {
  const directory = await buildPackage();
  await writeFile(
    join(directory, 'program.js'),
    `import { A3CClient, defineEnvironment, startServer, train } from './dist/index.js';
     if (typeof A3CClient !== 'function' || typeof defineEnvironment !== 'function') process.exit(3);
     for (const call of [() => train({ environment: 'Identity-v0' }), () => startServer({ port: 0 })]) {
       await call().catch((error) => console.log(error.code + ' ' + error.message));
     }`,
  );
  const { status, stdout } = runOldNode(context, directory, ['program.js']);
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line).toMatch(/^NODE_TOO_OLD /);
    expect(`${line.replace('NODE_TOO_OLD ', '')}\n`).toMatch(advice);
  }
});
