// Build of @tensorflow/tfjs-node: its package from npm, its binding compiled here against the library of a Python
// package. Its own install script downloads a TensorFlow of 2022 from a host that many networks block.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { findSetupDirectory } from '../../shared/native-backend/find-native-modules.ts';
import { tryModules, type NativeBackend } from '../../shared/native-backend/probe-native-backend.ts';
import { findTensorFlow } from './find-tensorflow.ts';
import { runTool } from './run-tool.ts';
import { SetupError } from './setup-error.ts';

const packageName = '@tensorflow/tfjs-node';

/** The version of the package must be that of the TensorFlow.js that is used here. */
const { version } = z
  .object({ version: z.string() })
  .parse(createRequire(import.meta.url)('@tensorflow/tfjs-core/package.json'));

export interface BuildOptions {
  /** Command that starts Python. */
  readonly python: string;
  readonly signal: AbortSignal | null;
  readonly onProgress: (text: string) => void;
}

export interface BuiltBackend extends NativeBackend {
  readonly directory: string;
  /** Where TensorFlow's library comes from. */
  readonly origin: string;
}

/**
 * Builds the package in `findSetupDirectory()`, in place of one that is there, and tries it. Throws SetupError; a
 * failed build leaves everything as it was.
 */
export async function buildTfjsNode(options: BuildOptions): Promise<BuiltBackend> {
  requirePlatform();
  const directory = findSetupDirectory();
  const fresh = `${directory}.new-${process.pid}`;
  try {
    await mkdir(fresh, { recursive: true });
    const origin = await build(fresh, options);
    options.onProgress('trying it');
    await tryBuild(fresh);
    await rm(directory, { recursive: true, force: true });
    await rename(fresh, directory);
    return { directory, origin, ...(await tryBuild(directory)) };
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function requirePlatform(): void {
  if (process.platform === 'linux') return;
  throw new SetupError(
    `${process.platform} has no Python package with TensorFlow's C library: install ${packageName} with npm instead`,
  );
}

/** Returns where TensorFlow's library comes from. */
async function build(directory: string, { python, signal, onProgress }: BuildOptions): Promise<string> {
  // Checked first, because it takes no time.
  await runTool({ command: 'g++', args: ['--version'], remedy: compilerRemedy, signal });
  onProgress('looking for TensorFlow, or fetching it with pip (1.3 GB while it is unpacked)');
  const target = join(directory, 'python');
  const tensorflow = await findTensorFlow({ python, target, signal });
  onProgress(`fetching ${packageName} ${version} with npm`);
  await writeFile(join(directory, 'package.json'), '{"private": true}\n');
  await runTool({
    command: 'npm',
    args: ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...npmPackages],
    directory,
    remedy: 'it comes with Node.js',
    signal,
  });
  onProgress(`compiling its binding against ${tensorflow.origin}`);
  await compile(directory, tensorflow.directory, signal);
  return tensorflow.origin;
}

const compilerRemedy = "install a C++ compiler, for example with Debian's package g++";

/** The second package has the headers of Node's interface for addons. */
const npmPackages = [`${packageName}@${version}`, 'node-api-headers'];

async function compile(directory: string, tensorflow: string, signal: AbortSignal | null): Promise<void> {
  const modules = join(directory, 'node_modules');
  const home = join(modules, packageName);
  const libraries = join(home, 'deps', 'lib');
  await mkdir(libraries, { recursive: true });
  await mkdir(join(home, 'lib', 'napi-v8'), { recursive: true });
  const names = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
  for (const name of names)
    await symlink(linkTo(join(tensorflow, name), libraries, directory), join(libraries, name));
  await runTool({
    command: 'g++',
    args: [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
      '-DNODE_GYP_MODULE_NAME=tfjs_binding',
      ...[join(modules, 'node-api-headers', 'include'), join(tensorflow, 'include'), '.'].map(
        (path) => `-I${path}`,
      ),
      ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', '-Ldeps/lib'],
      ...names.map((name) => `-l:${name}`),
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      ...['-o', 'lib/napi-v8/tfjs_binding.node'],
    ],
    directory: home,
    remedy: compilerRemedy,
    signal,
  });
}

/** A link inside of the build is relative, because the build is moved when it is complete. */
function linkTo(target: string, from: string, directory: string): string {
  return target.startsWith(directory) ? relative(from, target) : target;
}

async function tryBuild(directory: string): Promise<NativeBackend> {
  const home = join(directory, 'node_modules', packageName);
  const entry = createRequire(join(directory, 'package.json')).resolve(packageName);
  if (!existsSync(join(home, 'lib', 'napi-v8', 'tfjs_binding.node')))
    throw new SetupError(`the compiler left no binding in ${home}`);
  const { backend, reason } = await tryModules([{ packageName, module: pathToFileURL(entry).href }]);
  if (backend) return backend;
  throw new SetupError(`the binding was built, but ${reason ?? 'it does not work'}`);
}
