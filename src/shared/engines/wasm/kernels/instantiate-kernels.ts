// Binds compiled kernels to a memory.
import type { KernelMemory } from './kernel-memory.ts';
import { KernelsUnavailableError } from './kernels-unavailable-error.ts';
import { kernelNames, type Kernels } from './kernels.ts';

/** Instantiates the kernels of one memory. Throws KernelsUnavailableError if the module lacks a kernel. */
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
