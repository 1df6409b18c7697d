// Compiler of the WebAssembly kernels; the only file of the numeric folders that reads files.
import { readFileSync } from 'node:fs';
import { chooseKernelVariant, kernelFileNames } from './kernel-variant.ts';
import { KernelsUnavailableError } from './kernels/kernels-unavailable-error.ts';

/**
 * Reads and compiles the kernels. The module can be posted to other threads, which then need not compile it. Throws
 * KernelsUnavailableError if the file is missing or broken.
 */
export function compileKernels(variant = chooseKernelVariant()): WebAssembly.Module {
  try {
    const url = new URL(`kernels/${kernelFileNames[variant]}`, import.meta.url);
    return new WebAssembly.Module(readFileSync(url));
  } catch (error) {
    throw new KernelsUnavailableError('the WebAssembly kernels are missing or broken; run: npm run build', {
      cause: error,
    });
  }
}
