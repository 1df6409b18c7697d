// Fetch of the WebAssembly kernels in a browser, from beside this module.
import { chooseKernelVariant, kernelFileNames, type KernelVariant } from './kernel-variant.ts';
import { KernelsUnavailableError } from './kernels/kernels-unavailable-error.ts';

// Bundlers recognize exactly this form, copy the files and write their new addresses here.
const urls: Readonly<Record<KernelVariant, URL>> = {
  relaxed: new URL('./kernels/kernels.wasm', import.meta.url),
  simd: new URL('./kernels/kernels-simd.wasm', import.meta.url),
};

/**
 * Fetches and compiles the kernels. `directory` is the address of the directory that has them, if it is not the
 * default. Throws KernelsUnavailableError if they cannot be fetched or compiled.
 */
export async function fetchKernels(
  directory?: string,
  variant = chooseKernelVariant(),
): Promise<WebAssembly.Module> {
  const address =
    directory === undefined
      ? urls[variant].href
      : `${directory.replace(/\/*$/, '/')}${kernelFileNames[variant]}`;
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`the answer has status ${response.status}`);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KernelsUnavailableError(
      `the WebAssembly kernels cannot be loaded from ${address}: ${reason}. Serve the file there, or name its directory with the option \`kernels\``,
      { cause: error },
    );
  }
}
