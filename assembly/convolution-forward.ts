// Convolution without padding, forward pass. Pictures are [height, width, channels], so a row of the patch under the
// kernel is contiguous, and so are its weights. Each output pixel is a sum of a few dense rows, and patches are not
// copied. Four pixels and two vectors of filters form a block, so that each loaded weight is used for four pixels.
import { activate4, activateScalar, ELU, LINEAR, RELU, TANH } from './activation';
import { at, multiplyAdd } from './simd';

/** Number of output pixels along one side. */
// @ts-ignore: decorator
@inline
export function countSteps(extent: i32, kernelSize: i32, stride: i32): i32 {
  return (extent - kernelSize) / stride + 1;
}

/** y = activation(x ∗ kernel + bias) for rows of x[height, width, channels]; the kernel is [size, size, channels, filters]. */
export function convolutionForward(
  x: usize, kernel: usize, bias: usize, y: usize,
  rows: i32, height: i32, width: i32, channels: i32, filters: i32, kernelSize: i32, stride: i32, activation: i32,
): void {
  if (filters < 4) forwardNarrow(x, kernel, bias, y, rows, height, width, channels, filters, kernelSize, stride, activation);
  // A constant activation lets the compiler drop the choice from the innermost blocks.
  else if (activation == RELU) forwardWide(x, kernel, bias, y, rows, height, width, channels, filters, kernelSize, stride, RELU);
  else if (activation == TANH) forwardWide(x, kernel, bias, y, rows, height, width, channels, filters, kernelSize, stride, TANH);
  else if (activation == ELU) forwardWide(x, kernel, bias, y, rows, height, width, channels, filters, kernelSize, stride, ELU);
  else forwardWide(x, kernel, bias, y, rows, height, width, channels, filters, kernelSize, stride, LINEAR);
}

/** Processes the output pixels of all rows in one sequence, so that blocks can cross the edges of pictures. */
// @ts-ignore: decorator
@inline
function forwardWide(
  x: usize, kernel: usize, bias: usize, y: usize,
  rows: i32, height: i32, width: i32, channels: i32, filters: i32, kernelSize: i32, stride: i32, activation: i32,
): void {
  const stepsDown = countSteps(height, kernelSize, stride);
  const stepsAcross = countSteps(width, kernelSize, stride);
  const across = <usize>(stride * channels) << 2;
  const lineBytes = <usize>(width * channels) << 2;
  // Distances from the start of an output line to the next line, and from the last line to the next picture.
  const down = <usize>stride * lineBytes;
  const pictureBytes = <usize>height * lineBytes;
  const pixels = rows * stepsDown * stepsAcross;
  const patchBytes = <usize>(kernelSize * channels) << 2;
  let picture = x;
  let line = x;
  let p = x;
  let column = 0;
  let lineIndex = 0;
  let pixel = 0;
  let p0: usize = 0, p1: usize = 0, p2: usize = 0;
  let waiting = 0;
  for (; pixel < pixels; pixel += 1) {
    const patch = p;
    column += 1;
    p += across;
    if (column == stepsAcross) {
      column = 0;
      lineIndex += 1;
      line += down;
      if (lineIndex == stepsDown) {
        lineIndex = 0;
        picture += pictureBytes;
        line = picture;
      }
      p = line;
    }
    if (waiting < 3) {
      if (waiting == 0) p0 = patch;
      else if (waiting == 1) p1 = patch;
      else p2 = patch;
      waiting += 1;
      continue;
    }
    waiting = 0;
    const target = at(y, (pixel - 3) * filters);
    let o = 0;
    for (; o + 8 <= filters; o += 8) {
      block4x2(p0, p1 - p0, p2 - p0, patch - p0, at(kernel, o), at(bias, o), at(target, o), kernelSize, patchBytes, lineBytes, filters, activation);
    }
    for (; o < filters; o += 4) {
      // The last vector overlaps the one before, which avoids a scalar tail: outputs are stored, never accumulated.
      const first = min(o, filters - 4);
      block4x1(p0, p1 - p0, p2 - p0, patch - p0, at(kernel, first), at(bias, first), at(target, first), kernelSize, patchBytes, lineBytes, filters, activation);
    }
  }
  for (let index = 0; index < waiting; index += 1) {
    const patch = index == 0 ? p0 : index == 1 ? p1 : p2;
    const target = at(y, (pixels - waiting + index) * filters);
    for (let o = 0; o < filters; o += 4) {
      const first = min(o, filters - 4);
      block1x1(patch, at(kernel, first), at(bias, first), at(target, first), kernelSize, patchBytes, lineBytes, filters, activation);
    }
  }
}

/** Computes eight filters at four pixels, whose patches start at p, p + d1, p + d2 and p + d3. */
// @ts-ignore: decorator
@inline
function block4x2(
  p: usize, d1: usize, d2: usize, d3: usize, w: usize, bias: usize, target: usize,
  kernelSize: i32, patchBytes: usize, lineBytes: usize, filters: i32, activation: i32,
): void {
  const weightStride = <usize>filters << 2;
  let a00 = v128.load(bias);
  let a01 = v128.load(bias, 16);
  let a10 = a00, a11 = a01, a20 = a00, a21 = a01, a30 = a00, a31 = a01;
  for (let line = 0; line < kernelSize; line += 1) {
    const end = p + patchBytes;
    for (let s = p; s < end; s += 4) {
      const w0 = v128.load(w);
      const w1 = v128.load(w, 16);
      const s0 = v128.load32_splat(s);
      a00 = multiplyAdd(a00, s0, w0);
      a01 = multiplyAdd(a01, s0, w1);
      const s1 = v128.load32_splat(s + d1);
      a10 = multiplyAdd(a10, s1, w0);
      a11 = multiplyAdd(a11, s1, w1);
      const s2 = v128.load32_splat(s + d2);
      a20 = multiplyAdd(a20, s2, w0);
      a21 = multiplyAdd(a21, s2, w1);
      const s3 = v128.load32_splat(s + d3);
      a30 = multiplyAdd(a30, s3, w0);
      a31 = multiplyAdd(a31, s3, w1);
      w += weightStride;
    }
    p += lineBytes;
  }
  v128.store(target, activate4(a00, activation));
  v128.store(target, activate4(a01, activation), 16);
  target += weightStride;
  v128.store(target, activate4(a10, activation));
  v128.store(target, activate4(a11, activation), 16);
  target += weightStride;
  v128.store(target, activate4(a20, activation));
  v128.store(target, activate4(a21, activation), 16);
  target += weightStride;
  v128.store(target, activate4(a30, activation));
  v128.store(target, activate4(a31, activation), 16);
}

// @ts-ignore: decorator
@inline
function block4x1(
  p: usize, d1: usize, d2: usize, d3: usize, w: usize, bias: usize, target: usize,
  kernelSize: i32, patchBytes: usize, lineBytes: usize, filters: i32, activation: i32,
): void {
  const weightStride = <usize>filters << 2;
  let a0 = v128.load(bias);
  let a1 = a0, a2 = a0, a3 = a0;
  for (let line = 0; line < kernelSize; line += 1) {
    const end = p + patchBytes;
    for (let s = p; s < end; s += 4) {
      const w0 = v128.load(w);
      a0 = multiplyAdd(a0, v128.load32_splat(s), w0);
      a1 = multiplyAdd(a1, v128.load32_splat(s + d1), w0);
      a2 = multiplyAdd(a2, v128.load32_splat(s + d2), w0);
      a3 = multiplyAdd(a3, v128.load32_splat(s + d3), w0);
      w += weightStride;
    }
    p += lineBytes;
  }
  v128.store(target, activate4(a0, activation));
  target += weightStride;
  v128.store(target, activate4(a1, activation));
  target += weightStride;
  v128.store(target, activate4(a2, activation));
  target += weightStride;
  v128.store(target, activate4(a3, activation));
}

// @ts-ignore: decorator
@inline
function block1x1(
  p: usize, w: usize, bias: usize, target: usize,
  kernelSize: i32, patchBytes: usize, lineBytes: usize, filters: i32, activation: i32,
): void {
  const weightStride = <usize>filters << 2;
  let a = v128.load(bias);
  for (let line = 0; line < kernelSize; line += 1) {
    const end = p + patchBytes;
    for (let s = p; s < end; s += 4) {
      a = multiplyAdd(a, v128.load32_splat(s), v128.load(w));
      w += weightStride;
    }
    p += lineBytes;
  }
  v128.store(target, activate4(a, activation));
}

/** For fewer filters than lanes. */
function forwardNarrow(
  x: usize, kernel: usize, bias: usize, y: usize,
  rows: i32, height: i32, width: i32, channels: i32, filters: i32, kernelSize: i32, stride: i32, activation: i32,
): void {
  const stepsDown = countSteps(height, kernelSize, stride);
  const stepsAcross = countSteps(width, kernelSize, stride);
  const patchRow = kernelSize * channels;
  let target = y;
  for (let row = 0; row < rows; row += 1) {
    for (let down = 0; down < stepsDown; down += 1) {
      for (let across = 0; across < stepsAcross; across += 1) {
        const patch = at(x, ((row * height + down * stride) * width + across * stride) * channels);
        for (let o = 0; o < filters; o += 1) {
          let sum = load<f32>(at(bias, o));
          for (let line = 0; line < kernelSize; line += 1) {
            const source = at(patch, line * width * channels);
            const weights = at(kernel, line * patchRow * filters + o);
            for (let j = 0; j < patchRow; j += 1) {
              sum += load<f32>(at(source, j)) * load<f32>(at(weights, j * filters));
            }
          }
          store<f32>(target, activateScalar(sum, activation));
          target += 4;
        }
      }
    }
  }
}
