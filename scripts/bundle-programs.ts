// Bundle of the programs: processes and threads start twice as fast from a few large modules as from many small ones.
// All programs are in one bundle, so that a thread that loads two of them (a worker, and the package for an environment
// module) has each module once. The small modules stay beside it, for browsers and their bundlers.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { rolldown, type RolldownBuild } from 'rolldown';

/** Modules that Node starts or imports, by their path below dist/. The bundle has them with dashes for slashes. */
const programs = [
  'index',
  'client',
  'environments',
  'policy/node',
  'cli/main',
  'cli/checking/check-task',
  'master/main',
  'player/main',
  'player/evaluation',
  'player/watch-server',
  'master/evaluation/evaluation-task',
  'worker/main',
  'server/policies/actions-task',
  'shared/job/inspect-topology-task',
  'shared/native-backend/probe-native-task',
];

/** Programs that start most often: what they need is in one file. */
const threads = ['worker/main', 'master/evaluation/evaluation-task'];

/**
 * Packages of many small modules, which Node would find and compile one by one at each start. They stay dependencies, for
 * what is imported without the bundle.
 */
export const bundledPackages: readonly string[] = [
  'commander',
  'eventsource-parser',
  'fastify-type-provider-zod',
  'kysely',
  'planck',
  'zod',
];

/** Bundles the modules below `dist` into `dist`/bundle. */
export async function bundlePrograms(dist: string): Promise<void> {
  const directory = join(dist, 'bundle');
  const ofThreads = await listModules(dist, threads);
  // Browser pages load the client: its modules must be in no file with modules that need Node.
  const ofClient = await listModules(dist, ['client']);
  const build = await openBundle(dist, programs);
  await build.write({
    dir: directory,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: {
      groups: [
        { name: 'errors', test: (id) => ofThreads.has(id) && ofClient.has(id), priority: 1 },
        { name: 'threads', test: (id) => ofThreads.has(id) },
      ],
    },
  });
  await build.close();
  writeFileSync(join(directory, 'third-party-licenses.txt'), collectLicences(bundledPackages));
}

/** Bundled packages may be passed on only with these. */
export function collectLicences(packages: readonly string[]): string {
  const licences = packages.map((name) => {
    const directory = join(import.meta.dirname, '../node_modules', name);
    const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
    const text = readFileSync(join(directory, file ?? 'LICENSE'), 'utf8');
    return `${name}\n\n${text.trim()}\n`;
  });
  return `Packages whose code is in these files\n\n${licences.join('\n')}`;
}

/** Lists what the programs import when they start. */
async function listModules(dist: string, names: readonly string[]): Promise<ReadonlySet<string>> {
  const build = await openBundle(dist, names);
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  const chunks = new Map(
    output.flatMap((chunk) => (chunk.type === 'chunk' ? [[chunk.fileName, chunk] as const] : [])),
  );
  const entries = [...chunks.values()].filter(({ isEntry }) => isEntry);
  const found = new Set(entries);
  // A set that grows while it is walked is walked to its new end.
  for (const { imports } of found) {
    for (const name of imports) {
      const chunk = chunks.get(name);
      if (chunk) found.add(chunk);
    }
  }
  return new Set([...found].flatMap(({ moduleIds }) => moduleIds));
}

async function openBundle(dist: string, names: readonly string[]): Promise<RolldownBuild> {
  const directory = join(dist, 'bundle');
  return await rolldown({
    input: Object.fromEntries(names.map((name) => [name.replaceAll('/', '-'), join(dist, `${name}.js`)])),
    platform: 'node',
    external: (id) =>
      !id.startsWith('.') &&
      !id.startsWith('/') &&
      !bundledPackages.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [
      {
        name: 'places of modules',
        resolveId: (source) =>
          source.endsWith('/program-files/resolve-entry.js')
            ? join(dist, 'shared/program-files/resolve-bundled-entry.js')
            : null,
        // A module looks for files from where it was before it was bundled.
        transform: (code, id) =>
          code.includes('import.meta.url')
            ? code.replaceAll(
                'import.meta.url',
                `new URL(${JSON.stringify(relative(directory, id).replaceAll('\\', '/'))}, import.meta.url).href`,
              )
            : null,
      },
    ],
  });
}
