// Gradient of convolutions with respect to their inputs: each output pixel adds its share to the patch it was computed
// from.
import { activationGradient4, activationGradientScalar } from './activation';
import { countSteps } from './convolution-forward';
import { at, multiplyAdd } from './simd';

/**
 * dx = (dy ∗ᵀ kernel) ⊙ activation′, where x holds the activated outputs of the layer below. `transposed` has [filters,
 * kernelSize·channels] for each line of the kernel. Pictures are processed one by one, so that a picture's gradient
 * stays in the cache while shares are added to it.
 */
export function convolutionInputGradient(
  dy: usize, transposed: usize, x: usize, dx: usize,
  rows: i32, height: i32, width: i32, channels: i32, filters: i32, kernelSize: i32, stride: i32, activation: i32,
): void {
  const stepsDown = countSteps(height, kernelSize, stride);
  const stepsAcross = countSteps(width, kernelSize, stride);
  const size = height * width * channels;
  const patchRow = kernelSize * channels;
  const across = <usize>(stride * channels) << 2;
  const pixelBytes = <usize>filters << 2;
  for (let row = 0; row < rows; row += 1) {
    memory.fill(dx, 0, <usize>size << 2);
    for (let line = 0; line < kernelSize; line += 1) {
      const weights = at(transposed, line * patchRow * filters);
      let g = dy;
      for (let down = 0; down < stepsDown; down += 1) {
        let target = at(dx, (down * stride + line) * width * channels);
        let step = 0;
        for (; step + 4 <= stepsAcross; step += 4) {
          addPatchRows(4, g, weights, target, across, patchRow, filters);
          target += across * 4;
          g += pixelBytes * 4;
        }
        for (; step + 2 <= stepsAcross; step += 2) {
          addPatchRows(2, g, weights, target, across, patchRow, filters);
          target += across * 2;
          g += pixelBytes * 2;
        }
        if (step < stepsAcross) {
          addPatchRows(1, g, weights, target, across, patchRow, filters);
          g += pixelBytes;
        }
      }
    }
    differentiate(x, dx, size, activation);
    dy += pixelBytes * <usize>(stepsDown * stepsAcross);
    x += <usize>size << 2;
    dx += <usize>size << 2;
  }
}

/** Adds the shares of one, two or four neighbouring pixels (a constant number) to one row of each pixel's patch. */
// @ts-ignore: decorator
@inline
function addPatchRows(
  pixels: i32, g: usize, weights: usize, target: usize, across: usize, patchRow: i32, filters: i32,
): void {
  let j = 0;
  for (; j + 8 <= patchRow; j += 8) addBlock(pixels, 2, g, at(weights, j), at(target, j), across, patchRow, filters);
  for (; j + 4 <= patchRow; j += 4) addBlock(pixels, 1, g, at(weights, j), at(target, j), across, patchRow, filters);
  for (; j < patchRow; j += 1) {
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      addScalar(at(g, pixel * filters), at(weights, j), at(target, j) + <usize>pixel * across, patchRow, filters);
    }
  }
}

/** Adds sums to overlapping patches: all sums are complete before any is added, pixel by pixel. */
// @ts-ignore: decorator
@inline
function addBlock(
  pixels: i32, vectors: i32, g: usize, w: usize, target: usize, across: usize, patchRow: i32, filters: i32,
): void {
  const gStride = <usize>filters << 2;
  const weightStride = <usize>patchRow << 2;
  const end = g + gStride;
  let a00 = f32x4.splat(0);
  let a01 = a00, a10 = a00, a11 = a00, a20 = a00, a21 = a00, a30 = a00, a31 = a00;
  for (; g < end; g += 4) {
    const w0 = v128.load(w);
    const w1 = vectors > 1 ? v128.load(w, 16) : w0;
    const s0 = v128.load32_splat(g);
    a00 = multiplyAdd(a00, s0, w0);
    if (vectors > 1) a01 = multiplyAdd(a01, s0, w1);
    if (pixels > 1) {
      const s1 = v128.load32_splat(g + gStride);
      a10 = multiplyAdd(a10, s1, w0);
      if (vectors > 1) a11 = multiplyAdd(a11, s1, w1);
    }
    if (pixels > 2) {
      const s2 = v128.load32_splat(g + gStride * 2);
      a20 = multiplyAdd(a20, s2, w0);
      if (vectors > 1) a21 = multiplyAdd(a21, s2, w1);
      const s3 = v128.load32_splat(g + gStride * 3);
      a30 = multiplyAdd(a30, s3, w0);
      if (vectors > 1) a31 = multiplyAdd(a31, s3, w1);
    }
    w += weightStride;
  }
  addTo(target, a00, a01, vectors);
  if (pixels > 1) addTo(target + across, a10, a11, vectors);
  if (pixels > 2) {
    addTo(target + across * 2, a20, a21, vectors);
    addTo(target + across * 3, a30, a31, vectors);
  }
}

// @ts-ignore: decorator
@inline
function addTo(target: usize, a0: v128, a1: v128, vectors: i32): void {
  v128.store(target, f32x4.add(v128.load(target), a0));
  if (vectors > 1) v128.store(target, f32x4.add(v128.load(target, 16), a1), 16);
}

function addScalar(g: usize, w: usize, target: usize, patchRow: i32, filters: i32): void {
  let sum = load<f32>(target);
  for (let o = 0; o < filters; o += 1) sum += load<f32>(at(g, o)) * load<f32>(at(w, o * patchRow));
  store<f32>(target, sum);
}

/** dx ← dx ⊙ activation′(x). */
// @ts-ignore: decorator
@inline
function differentiate(x: usize, dx: usize, size: i32, activation: i32): void {
  if (activation == 0) return;
  let index = 0;
  for (; index + 4 <= size; index += 4) {
    const target = at(dx, index);
    v128.store(target, activationGradient4(v128.load(target), v128.load(at(x, index)), activation));
  }
  for (; index < size; index += 1) {
    const target = at(dx, index);
    store<f32>(target, activationGradientScalar(load<f32>(target), load<f32>(at(x, index)), activation));
  }
}
