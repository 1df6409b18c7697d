// Gradient of dense layers with respect to their inputs.
import { activationGradient4, activationGradientScalar } from './activation';
import { at, multiplyAdd } from './simd';

/**
 * dx[rows, inputs] (+)= (dy · kernelᵀ) ⊙ activation′(x), where x holds the activated outputs of the layer below. With
 * `accumulate`, the product is added to dx before the derivative is applied, for two heads on one trunk.
 */
export function denseInputGradient(
  dy: usize, transposed: usize, x: usize, dx: usize,
  rows: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  if (inputs < 4) {
    inputGradientNarrow(dy, transposed, x, dx, rows, inputs, outputs, activation, accumulate);
    return;
  }
  // Vectors must not overlap when they accumulate in place, so the scalar tail is processed separately.
  const vectorInputs = inputs & ~3;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let i = 0;
    for (; i + 8 <= vectorInputs; i += 8) inputBlock4x2(dy, transposed, x, dx, row, i, inputs, outputs, activation, accumulate);
    for (; i < vectorInputs; i += 4) inputBlock4x1(dy, transposed, x, dx, row, i, inputs, outputs, activation, accumulate);
  }
  for (; row < rows; row += 1) {
    for (let i = 0; i < vectorInputs; i += 4) inputBlock1x1(dy, transposed, x, dx, row, i, inputs, outputs, activation, accumulate);
  }
  if (vectorInputs < inputs) {
    for (row = 0; row < rows; row += 1) {
      for (let i = vectorInputs; i < inputs; i += 1) inputScalar(dy, transposed, x, dx, row, i, inputs, outputs, activation, accumulate);
    }
  }
}

// @ts-ignore: decorator
@inline
function inputBlock4x2(
  dy: usize, transposed: usize, x: usize, dx: usize,
  row: i32, i: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  const gStride = <usize>outputs << 2;
  const stride = <usize>inputs << 2;
  let g = dy + <usize>row * gStride;
  const end = g + gStride;
  let w = at(transposed, i);
  const offset = <usize>row * stride + (<usize>i << 2);
  let target = dx + offset;
  let a00 = f32x4.splat(0);
  let a01 = a00, a10 = a00, a11 = a00, a20 = a00, a21 = a00, a30 = a00, a31 = a00;
  if (accumulate) {
    a00 = v128.load(target);
    a01 = v128.load(target, 16);
    a10 = v128.load(target + stride);
    a11 = v128.load(target + stride, 16);
    a20 = v128.load(target + stride * 2);
    a21 = v128.load(target + stride * 2, 16);
    a30 = v128.load(target + stride * 3);
    a31 = v128.load(target + stride * 3, 16);
  }
  for (; g < end; g += 4) {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    const s0 = v128.load32_splat(g);
    a00 = multiplyAdd(a00, s0, w0);
    a01 = multiplyAdd(a01, s0, w1);
    const s1 = v128.load32_splat(g + gStride);
    a10 = multiplyAdd(a10, s1, w0);
    a11 = multiplyAdd(a11, s1, w1);
    const s2 = v128.load32_splat(g + gStride * 2);
    a20 = multiplyAdd(a20, s2, w0);
    a21 = multiplyAdd(a21, s2, w1);
    const s3 = v128.load32_splat(g + gStride * 3);
    a30 = multiplyAdd(a30, s3, w0);
    a31 = multiplyAdd(a31, s3, w1);
    w += stride;
  }
  let source = x + offset;
  v128.store(target, activationGradient4(a00, v128.load(source), activation));
  v128.store(target, activationGradient4(a01, v128.load(source, 16), activation), 16);
  target += stride;
  source += stride;
  v128.store(target, activationGradient4(a10, v128.load(source), activation));
  v128.store(target, activationGradient4(a11, v128.load(source, 16), activation), 16);
  target += stride;
  source += stride;
  v128.store(target, activationGradient4(a20, v128.load(source), activation));
  v128.store(target, activationGradient4(a21, v128.load(source, 16), activation), 16);
  target += stride;
  source += stride;
  v128.store(target, activationGradient4(a30, v128.load(source), activation));
  v128.store(target, activationGradient4(a31, v128.load(source, 16), activation), 16);
}

// @ts-ignore: decorator
@inline
function inputBlock4x1(
  dy: usize, transposed: usize, x: usize, dx: usize,
  row: i32, i: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  const gStride = <usize>outputs << 2;
  const stride = <usize>inputs << 2;
  let g = dy + <usize>row * gStride;
  const end = g + gStride;
  let w = at(transposed, i);
  const offset = <usize>row * stride + (<usize>i << 2);
  let target = dx + offset;
  let a0 = f32x4.splat(0);
  let a1 = a0, a2 = a0, a3 = a0;
  if (accumulate) {
    a0 = v128.load(target);
    a1 = v128.load(target + stride);
    a2 = v128.load(target + stride * 2);
    a3 = v128.load(target + stride * 3);
  }
  for (; g < end; g += 4) {
    const w0 = v128.load(w);
    a0 = multiplyAdd(a0, v128.load32_splat(g), w0);
    a1 = multiplyAdd(a1, v128.load32_splat(g + gStride), w0);
    a2 = multiplyAdd(a2, v128.load32_splat(g + gStride * 2), w0);
    a3 = multiplyAdd(a3, v128.load32_splat(g + gStride * 3), w0);
    w += stride;
  }
  const source = x + offset;
  v128.store(target, activationGradient4(a0, v128.load(source), activation));
  v128.store(target + stride, activationGradient4(a1, v128.load(source + stride), activation));
  v128.store(target + stride * 2, activationGradient4(a2, v128.load(source + stride * 2), activation));
  v128.store(target + stride * 3, activationGradient4(a3, v128.load(source + stride * 3), activation));
}

// @ts-ignore: decorator
@inline
function inputBlock1x1(
  dy: usize, transposed: usize, x: usize, dx: usize,
  row: i32, i: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  const stride = <usize>inputs << 2;
  let g = at(dy, row * outputs);
  const end = g + (<usize>outputs << 2);
  let w = at(transposed, i);
  const offset = <usize>row * stride + (<usize>i << 2);
  let a = accumulate ? v128.load(dx + offset) : f32x4.splat(0);
  for (; g < end; g += 4) {
    a = multiplyAdd(a, v128.load32_splat(g), v128.load(w));
    w += stride;
  }
  v128.store(dx + offset, activationGradient4(a, v128.load(x + offset), activation));
}

function inputScalar(
  dy: usize, transposed: usize, x: usize, dx: usize,
  row: i32, i: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  const index = row * inputs + i;
  let sum: f32 = accumulate ? load<f32>(at(dx, index)) : 0;
  for (let o = 0; o < outputs; o += 1) {
    sum += load<f32>(at(dy, row * outputs + o)) * load<f32>(at(transposed, o * inputs + i));
  }
  store<f32>(at(dx, index), activationGradientScalar(sum, load<f32>(at(x, index)), activation));
}

function inputGradientNarrow(
  dy: usize, transposed: usize, x: usize, dx: usize,
  rows: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  for (let row = 0; row < rows; row += 1) {
    for (let i = 0; i < inputs; i += 1) inputScalar(dy, transposed, x, dx, row, i, inputs, outputs, activation, accumulate);
  }
}

/** target[columns, rows] = source[rows, columns]ᵀ. */
export function transpose(source: usize, target: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row += 1) {
    const from = at(source, row * columns);
    for (let column = 0; column < columns; column += 1) {
      store<f32>(at(target, column * rows + row), load<f32>(at(from, column)));
    }
  }
}
