// Where TensorFlow.js's native backend may be: beside this package, or where `a3c setup tfjs-node` has built it.
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Packages that register the backend when they are imported, the better one first. */
export const nativePackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

export interface NativeModule {
  readonly packageName: string;
  /** URL of the file to import. */
  readonly module: string;
}

/** The directory that `a3c setup tfjs-node` builds in: below XDG_DATA_HOME, or ~/.local/share. */
export function findSetupDirectory(): string {
  const { XDG_DATA_HOME: data = '' } = process.env;
  return join(isAbsolute(data) ? data : join(homedir(), '.local', 'share'), 'a3c-server', 'tfjs-node');
}

/** Lists the packages that are installed, the better ones first, without loading them. */
export function findNativeModules(setupDirectory = findSetupDirectory()): NativeModule[] {
  const places = [import.meta.url, pathToFileURL(join(setupDirectory, 'package.json')).href];
  return nativePackages.flatMap((packageName) =>
    places.flatMap((place) => {
      const path = resolvePackage(packageName, place);
      return path === null ? [] : [{ packageName, module: pathToFileURL(path).href }];
    }),
  );
}

function resolvePackage(packageName: string, place: string): string | null {
  try {
    return createRequire(place).resolve(packageName);
  } catch {
    return null;
  }
}
