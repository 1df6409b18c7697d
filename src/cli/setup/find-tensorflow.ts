// TensorFlow's C library and headers, from a Python package: an installed one, or one that pip fetches.
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './run-tool.ts';
import { SetupError } from './setup-error.ts';

/** The release whose library the binding was tried with. */
const fetchedPackage = 'tensorflow-cpu==2.21.0';

/** Files of the Python package that are needed. */
const parts = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include'] as const;

export interface TensorFlow {
  /** Directory with the libraries and `include/`. */
  readonly directory: string;
  /** Where it comes from, for people. */
  readonly origin: string;
}

interface SearchOptions {
  readonly python: string;
  /** Directory that pip may write into. */
  readonly target: string;
  readonly signal: AbortSignal | null;
}

const pythonRemedy = 'install Python 3, or name it with --python';

/** Finds the library in the Python installation, or fetches it. Throws SetupError. */
export async function findTensorFlow(options: SearchOptions): Promise<TensorFlow> {
  const installed = await findInstalled(options);
  if (installed !== null) return { directory: installed, origin: `the Python package in ${installed}` };
  return { directory: await fetchTensorFlow(options), origin: fetchedPackage };
}

const findScript =
  'import importlib.util as u; s = u.find_spec("tensorflow"); print(s.submodule_search_locations[0] if s and s.submodule_search_locations else "")';

async function findInstalled({ python, signal }: SearchOptions): Promise<string | null> {
  const output = await runTool({ command: python, args: ['-c', findScript], remedy: pythonRemedy, signal });
  const directory = output.trim();
  return directory !== '' && isComplete(directory) ? directory : null;
}

function isComplete(directory: string): boolean {
  return parts.every((part) => existsSync(join(directory, part)));
}

/** Lets pip unpack the package, without what it depends on, and keeps what is needed. */
async function fetchTensorFlow({ python, target, signal }: SearchOptions): Promise<string> {
  const args = ['-m', 'pip', 'install', '--no-deps', '--no-compile', '--only-binary=:all:'];
  await runTool({
    command: python,
    args: [...args, '--disable-pip-version-check', '--quiet', '--target', target, fetchedPackage],
    remedy: pythonRemedy,
    signal,
  });
  const directory = join(target, 'tensorflow');
  if (!isComplete(directory))
    throw new SetupError(`${fetchedPackage} has no ${parts.join(', ')} for this machine`);
  const needed: ReadonlySet<string> = new Set(parts);
  await removeOthers(target, new Set(['tensorflow']));
  await removeOthers(directory, needed);
  return directory;
}

async function removeOthers(directory: string, kept: ReadonlySet<string>): Promise<void> {
  const names = await readdir(directory);
  const others = names.filter((name) => !kept.has(name));
  await Promise.all(others.map(async (name) => await rm(join(directory, name), { recursive: true })));
}
