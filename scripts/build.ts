// Build of what npm publishes: the WebAssembly kernels, then dist/ with the dashboard. `npm ci` runs it through `postprepare`, because
// npm warns about a script called `prepare` when the package is installed from its tarball.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleBrowser } from './bundle-browser.ts';
import { buildDashboard } from './build-dashboard.ts';
import { buildReplayPage } from './build-replay-page.ts';
import { bundlePhysics } from './bundle-physics.ts';
import { bundlePrograms } from './bundle-programs.ts';

const root = join(import.meta.dirname, '..');
/** Files that the compiler does not carry over. */
const copied = [
  ...['kernels.wasm', 'kernels-simd.wasm'].map((name) => `shared/engines/wasm/kernels/${name}`),
  'shared/gymnasium/bridge.py',
];

/** Runs a package's script with this very Node: the system's own may be too old for it. Ends the build if it fails. */
function runScript(script: string, ...options: string[]): void {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...options], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

// Targets of asconfig.json: with relaxed SIMD, and without for browsers that lack it.
for (const target of ['relaxed', 'simd']) runScript('assemblyscript/bin/asc.js', '--target', target);
// npx runs this too, perhaps while a server runs from dist: it is replaced as a whole, once its successor is complete.
const output = join(root, 'dist');
const fresh = `${output}.new-${process.pid}`;
const old = `${output}.old-${process.pid}`;
runScript('typescript/bin/tsc', '--project', 'tsconfig.build.json', '--outDir', fresh);
for (const file of copied) cpSync(join(root, 'src', file), join(fresh, file));
await bundlePhysics(fresh);
await bundlePrograms(fresh);
await bundleBrowser(fresh);
await buildDashboard(join(fresh, 'web'));
await buildReplayPage(join(fresh, 'replay'));
const command = join(fresh, 'cli', 'main.js');
writeFileSync(command, "#!/usr/bin/env node\nimport '../bundle/cli-main.js';\n");
// The compiler does not carry over that the command may be executed.
chmodSync(command, 0o755);
if (existsSync(output)) renameSync(output, old);
renameSync(fresh, output);
rmSync(old, { recursive: true, force: true });
