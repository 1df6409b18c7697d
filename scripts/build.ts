// Builds what npm publishes: the WebAssembly kernels, then dist/. `npm ci` runs it through `prepare`.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const kernels = 'shared/kernels/kernels.wasm';

/** Runs a package's script with this very Node: the system's own may be too old for it. Ends the build if it fails. */
function runScript(script: string, ...options: string[]): void {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...options], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

runScript('assemblyscript/bin/asc.js');
// A source file that was renamed or removed must not live on in dist.
rmSync(join(root, 'dist'), { recursive: true, force: true });
runScript('typescript/bin/tsc', '--project', 'tsconfig.build.json');
cpSync(join(root, 'src', kernels), join(root, 'dist', kernels));
// The compiler does not carry over that the command may be executed.
chmodSync(join(root, 'dist', 'cli', 'main.js'), 0o755);
