// Variants of the compiled kernels. Both compute the same; with relaxed SIMD, products and sums are rounded once.

/** `relaxed` has fused multiply-add; `simd` runs where WebAssembly has no relaxed SIMD, as in some browsers. */
export type KernelVariant = 'relaxed' | 'simd';

export const kernelFileNames: Readonly<Record<KernelVariant, string>> = {
  relaxed: 'kernels.wasm',
  simd: 'kernels-simd.wasm',
};

/** A module whose one function computes i8x16.relaxed_swizzle, so that it is valid only with relaxed SIMD. */
const relaxedModule = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x0f, 0x01, 0x0d, 0x00, 0x41, 0x01, 0xfd, 0x0f, 0x41, 0x02, 0xfd, 0x0f, 0xfd, 0x80, 0x02, 0x0b],
);

/** Chooses the variant that this machine's WebAssembly can run. */
export function chooseKernelVariant(): KernelVariant {
  return WebAssembly.validate(relaxedModule) ? 'relaxed' : 'simd';
}
