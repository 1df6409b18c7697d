// Gradient of convolutions with respect to their parameters. Sums run over all output pixels. Pictures are processed a
// few at a time, so that they and their gradients stay in the cache for every block of the kernel.
import { countSteps } from './convolution-forward';
import { sumRows } from './dense-parameter-gradient';
import { at, multiplyAdd } from './simd';

/** Approximate number of output pixels that a block processes before its sums are written to memory. */
const PIXELS_PER_PASS: i32 = 64;

/** kernelGradient = Σ patchᵀ·dy and biasGradient = Σ dy over the output pixels of all rows (stored, not added). */
export function convolutionParameterGradient(
  x: usize, dy: usize, kernelGradient: usize, biasGradient: usize,
  rows: i32, height: i32, width: i32, channels: i32, filters: i32, kernelSize: i32, stride: i32,
): void {
  const stepsDown = countSteps(height, kernelSize, stride);
  const stepsAcross = countSteps(width, kernelSize, stride);
  const pixels = stepsDown * stepsAcross;
  const patchRow = kernelSize * channels;
  sumRows(dy, biasGradient, rows * pixels, filters);
  memory.fill(kernelGradient, 0, <usize>(kernelSize * patchRow * filters) << 2);
  const rowsPerPass = max(1, PIXELS_PER_PASS / pixels);
  for (let row = 0; row < rows; row += rowsPerPass) {
    const count = min(rowsPerPass, rows - row);
    const gradients = at(dy, row * pixels * filters);
    for (let line = 0; line < kernelSize; line += 1) {
      const patches = at(x, (row * height + line) * width * channels);
      const target = at(kernelGradient, line * patchRow * filters);
      let j = 0;
      for (; j + 4 <= patchRow; j += 4) {
        gradientRows(4, at(patches, j), gradients, at(target, j * filters), count, height, width, channels, filters, stepsDown, stepsAcross, stride);
      }
      for (; j + 2 <= patchRow; j += 2) {
        gradientRows(2, at(patches, j), gradients, at(target, j * filters), count, height, width, channels, filters, stepsDown, stepsAcross, stride);
      }
      if (j < patchRow) {
        gradientRows(1, at(patches, j), gradients, at(target, j * filters), count, height, width, channels, filters, stepsDown, stepsAcross, stride);
      }
    }
  }
}

/** Processes all filters of `inputs` neighbouring elements of the patch; `inputs` is a constant after inlining. */
// @ts-ignore: decorator
@inline
function gradientRows(
  inputs: i32, patches: usize, dy: usize, target: usize,
  rows: i32, height: i32, width: i32, channels: i32, filters: i32, stepsDown: i32, stepsAcross: i32, stride: i32,
): void {
  let o = 0;
  for (; o + 8 <= filters; o += 8) {
    gradientBlock(inputs, 2, patches, at(dy, o), at(target, o), rows, height, width, channels, filters, stepsDown, stepsAcross, stride);
  }
  for (; o + 4 <= filters; o += 4) {
    gradientBlock(inputs, 1, patches, at(dy, o), at(target, o), rows, height, width, channels, filters, stepsDown, stepsAcross, stride);
  }
  for (; o < filters; o += 1) {
    for (let i = 0; i < inputs; i += 1) {
      gradientScalar(at(patches, i), at(dy, o), at(target, i * filters + o), rows, height, width, channels, filters, stepsDown, stepsAcross, stride);
    }
  }
}

/** Adds the sums of up to four elements of the patch and one or two vectors of filters. */
// @ts-ignore: decorator
@inline
function gradientBlock(
  inputs: i32, vectors: i32, patches: usize, dy: usize, target: usize,
  rows: i32, height: i32, width: i32, channels: i32, filters: i32, stepsDown: i32, stepsAcross: i32, stride: i32,
): void {
  const gStride = <usize>filters << 2;
  const across = <usize>(stride * channels) << 2;
  const down = <usize>(stride * width * channels) << 2;
  const picture = <usize>(height * width * channels) << 2;
  let a00 = v128.load(target);
  let a01 = f32x4.splat(0);
  let a10 = a01, a11 = a01, a20 = a01, a21 = a01, a30 = a01, a31 = a01;
  if (vectors > 1) a01 = v128.load(target, 16);
  if (inputs > 1) {
    a10 = v128.load(target + gStride);
    if (vectors > 1) a11 = v128.load(target + gStride, 16);
  }
  if (inputs > 2) {
    a20 = v128.load(target + gStride * 2);
    a30 = v128.load(target + gStride * 3);
    if (vectors > 1) {
      a21 = v128.load(target + gStride * 2, 16);
      a31 = v128.load(target + gStride * 3, 16);
    }
  }
  for (let row = 0; row < rows; row += 1) {
    let line = patches;
    for (let step = 0; step < stepsDown; step += 1) {
      const end = line + <usize>stepsAcross * across;
      for (let p = line; p < end; p += across) {
        const g0 = v128.load(dy);
        const g1 = vectors > 1 ? v128.load(dy, 16) : g0;
        const s0 = v128.load32_splat(p);
        a00 = multiplyAdd(a00, s0, g0);
        if (vectors > 1) a01 = multiplyAdd(a01, s0, g1);
        if (inputs > 1) {
          const s1 = v128.load32_splat(p, 4);
          a10 = multiplyAdd(a10, s1, g0);
          if (vectors > 1) a11 = multiplyAdd(a11, s1, g1);
        }
        if (inputs > 2) {
          const s2 = v128.load32_splat(p, 8);
          a20 = multiplyAdd(a20, s2, g0);
          if (vectors > 1) a21 = multiplyAdd(a21, s2, g1);
          const s3 = v128.load32_splat(p, 12);
          a30 = multiplyAdd(a30, s3, g0);
          if (vectors > 1) a31 = multiplyAdd(a31, s3, g1);
        }
        dy += gStride;
      }
      line += down;
    }
    patches += picture;
  }
  v128.store(target, a00);
  if (vectors > 1) v128.store(target, a01, 16);
  if (inputs > 1) {
    v128.store(target + gStride, a10);
    if (vectors > 1) v128.store(target + gStride, a11, 16);
  }
  if (inputs > 2) {
    v128.store(target + gStride * 2, a20);
    v128.store(target + gStride * 3, a30);
    if (vectors > 1) {
      v128.store(target + gStride * 2, a21, 16);
      v128.store(target + gStride * 3, a31, 16);
    }
  }
}

function gradientScalar(
  patches: usize, dy: usize, target: usize,
  rows: i32, height: i32, width: i32, channels: i32, filters: i32, stepsDown: i32, stepsAcross: i32, stride: i32,
): void {
  let sum: f32 = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let down = 0; down < stepsDown; down += 1) {
      let p = at(patches, (row * height + down * stride) * width * channels);
      for (let step = 0; step < stepsAcross; step += 1) {
        sum += load<f32>(p) * load<f32>(dy);
        p += <usize>(stride * channels) << 2;
        dy += <usize>filters << 2;
      }
    }
  }
  store<f32>(target, load<f32>(target) + sum);
}
