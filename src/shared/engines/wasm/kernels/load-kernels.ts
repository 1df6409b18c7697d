// Loads the WebAssembly kernels; the only file of the numeric folders that touches the file system.
import { readFileSync } from 'node:fs';
import { AppError } from '../../../errors/app-error.ts';
import { kernelNames, type Kernels } from './kernels.ts';
import type { KernelMemory } from './kernel-memory.ts';

export class KernelsUnavailableError extends AppError {
  readonly code = 'KERNELS_UNAVAILABLE';
}

/** Reads and compiles the kernels; the module may be posted to other threads, which saves them the compilation. */
export function compileKernels(): WebAssembly.Module {
  try {
    return new WebAssembly.Module(readFileSync(new URL('kernels.wasm', import.meta.url)));
  } catch (error) {
    throw new KernelsUnavailableError('the WebAssembly kernels are missing or broken; run: npm run build', {
      cause: error,
    });
  }
}

/** Binds compiled kernels to a memory. */
export function instantiateKernels(module: WebAssembly.Module, { memory }: KernelMemory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: refuseAbort } });
  if (!isKernels(exports))
    throw new KernelsUnavailableError('the WebAssembly kernels are out of date; run: npm run build');
  return exports;
}

function refuseAbort(): never {
  throw new KernelsUnavailableError('a kernel aborted');
}

function isKernels(exports: object): exports is Kernels {
  const entries = new Map<string, unknown>(Object.entries(exports));
  return kernelNames.every((name) => typeof entries.get(name) === 'function');
}
