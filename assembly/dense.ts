// Dense layers over a batch of rows: y = activation(x·W + b) and its gradients. Kernels are [inputs, outputs].
// Matrices are walked in blocks of four rows by two vectors, so that each loaded weight serves four rows. The last
// vector of a row overlaps the one before instead of leaving a scalar tail: outputs are stored, never accumulated.
import { activate4, activateScalar, activationGradient4, activationGradientScalar } from './activation';
import { at, sumLanes } from './simd';

/** y[rows, outputs] = activation(x[rows, inputs] · kernel + bias); `transposed` is the kernel as [outputs, inputs]. */
export function denseForward(
  x: usize, kernel: usize, transposed: usize, bias: usize, y: usize,
  rows: i32, inputs: i32, outputs: i32, activation: i32,
): void {
  if (outputs < 4) {
    forwardNarrow(x, transposed, bias, y, rows, inputs, outputs, activation);
    return;
  }
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let o = 0;
    for (; o + 8 <= outputs; o += 8) forwardBlock4x2(x, kernel, bias, y, row, o, inputs, outputs, activation);
    for (; o < outputs; o += 4) {
      forwardBlock4x1(x, kernel, bias, y, row, min(o, outputs - 4), inputs, outputs, activation);
    }
  }
  for (; row < rows; row += 1) {
    let o = 0;
    for (; o + 16 <= outputs; o += 16) forwardBlock1x4(x, kernel, bias, y, row, o, inputs, outputs, activation);
    for (; o < outputs; o += 4) {
      forwardBlock1x1(x, kernel, bias, y, row, min(o, outputs - 4), inputs, outputs, activation);
    }
  }
}

// @ts-ignore: decorator
@inline
function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

// @ts-ignore: decorator
@inline
function forwardBlock4x2(
  x: usize, kernel: usize, bias: usize, y: usize,
  row: i32, o: i32, inputs: i32, outputs: i32, activation: i32,
): void {
  const stride = <usize>inputs << 2;
  const weightStride = <usize>outputs << 2;
  let x0 = x + <usize>row * stride;
  let w = at(kernel, o);
  const end = x0 + stride;
  let a00 = v128.load(at(bias, o));
  let a01 = v128.load(at(bias, o), 16);
  let a10 = a00, a11 = a01, a20 = a00, a21 = a01, a30 = a00, a31 = a01;
  const stride2 = stride * 2;
  const stride3 = stride * 3;
  for (; x0 < end; x0 += 4) {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    const s0 = v128.load32_splat(x0);
    a00 = multiplyAdd(a00, s0, w0);
    a01 = multiplyAdd(a01, s0, w1);
    const s1 = v128.load32_splat(x0 + stride);
    a10 = multiplyAdd(a10, s1, w0);
    a11 = multiplyAdd(a11, s1, w1);
    const s2 = v128.load32_splat(x0 + stride2);
    a20 = multiplyAdd(a20, s2, w0);
    a21 = multiplyAdd(a21, s2, w1);
    const s3 = v128.load32_splat(x0 + stride3);
    a30 = multiplyAdd(a30, s3, w0);
    a31 = multiplyAdd(a31, s3, w1);
    w += weightStride;
  }
  let target = y + <usize>row * weightStride + (<usize>o << 2);
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
function forwardBlock4x1(
  x: usize, kernel: usize, bias: usize, y: usize,
  row: i32, o: i32, inputs: i32, outputs: i32, activation: i32,
): void {
  const stride = <usize>inputs << 2;
  const weightStride = <usize>outputs << 2;
  let x0 = x + <usize>row * stride;
  let w = at(kernel, o);
  const end = x0 + stride;
  let a0 = v128.load(at(bias, o));
  let a1 = a0, a2 = a0, a3 = a0;
  for (; x0 < end; x0 += 4) {
    const w0 = v128.load(w);
    a0 = multiplyAdd(a0, v128.load32_splat(x0), w0);
    a1 = multiplyAdd(a1, v128.load32_splat(x0 + stride), w0);
    a2 = multiplyAdd(a2, v128.load32_splat(x0 + stride * 2), w0);
    a3 = multiplyAdd(a3, v128.load32_splat(x0 + stride * 3), w0);
    w += weightStride;
  }
  let target = y + <usize>row * weightStride + (<usize>o << 2);
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
function forwardBlock1x4(
  x: usize, kernel: usize, bias: usize, y: usize,
  row: i32, o: i32, inputs: i32, outputs: i32, activation: i32,
): void {
  const weightStride = <usize>outputs << 2;
  let x0 = x + ((<usize>row * <usize>inputs) << 2);
  const end = x0 + (<usize>inputs << 2);
  let w = at(kernel, o);
  const b = at(bias, o);
  let a0 = v128.load(b);
  let a1 = v128.load(b, 16);
  let a2 = v128.load(b, 32);
  let a3 = v128.load(b, 48);
  for (; x0 < end; x0 += 4) {
    const s = v128.load32_splat(x0);
    a0 = multiplyAdd(a0, s, v128.load(w));
    a1 = multiplyAdd(a1, s, v128.load(w, 16));
    a2 = multiplyAdd(a2, s, v128.load(w, 32));
    a3 = multiplyAdd(a3, s, v128.load(w, 48));
    w += weightStride;
  }
  const target = y + <usize>row * weightStride + (<usize>o << 2);
  v128.store(target, activate4(a0, activation));
  v128.store(target, activate4(a1, activation), 16);
  v128.store(target, activate4(a2, activation), 32);
  v128.store(target, activate4(a3, activation), 48);
}

// @ts-ignore: decorator
@inline
function forwardBlock1x1(
  x: usize, kernel: usize, bias: usize, y: usize,
  row: i32, o: i32, inputs: i32, outputs: i32, activation: i32,
): void {
  const weightStride = <usize>outputs << 2;
  let x0 = x + ((<usize>row * <usize>inputs) << 2);
  const end = x0 + (<usize>inputs << 2);
  let w = at(kernel, o);
  let a = v128.load(at(bias, o));
  for (; x0 < end; x0 += 4) {
    a = multiplyAdd(a, v128.load32_splat(x0), v128.load(w));
    w += weightStride;
  }
  v128.store(y + <usize>row * weightStride + (<usize>o << 2), activate4(a, activation));
}

/** Fewer outputs than lanes: each output is a dot product along the inputs. */
function forwardNarrow(
  x: usize, transposed: usize, bias: usize, y: usize,
  rows: i32, inputs: i32, outputs: i32, activation: i32,
): void {
  for (let row = 0; row < rows; row += 1) {
    const source = at(x, row * inputs);
    for (let o = 0; o < outputs; o += 1) {
      const sum = dot(source, at(transposed, o * inputs), inputs) + load<f32>(at(bias, o));
      store<f32>(at(y, row * outputs + o), activation == 0 ? sum : activateScalar(sum, activation));
    }
  }
}

// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, length: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0, s2 = s0, s3 = s0;
  let index = 0;
  for (; index + 16 <= length; index += 16) {
    const p = at(a, index);
    const q = at(b, index);
    s0 = multiplyAdd(s0, v128.load(p), v128.load(q));
    s1 = multiplyAdd(s1, v128.load(p, 16), v128.load(q, 16));
    s2 = multiplyAdd(s2, v128.load(p, 32), v128.load(q, 32));
    s3 = multiplyAdd(s3, v128.load(p, 48), v128.load(q, 48));
  }
  for (; index + 4 <= length; index += 4) {
    s0 = multiplyAdd(s0, v128.load(at(a, index)), v128.load(at(b, index)));
  }
  let sum = sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (; index < length; index += 1) sum += load<f32>(at(a, index)) * load<f32>(at(b, index));
  return sum;
}

/** kernelGradient = xᵀ·dy and biasGradient = Σ dy over all rows (stored, not added). */
export function denseParameterGradient(
  x: usize, dy: usize, kernelGradient: usize, biasGradient: usize,
  rows: i32, inputs: i32, outputs: i32,
): void {
  if (outputs < 4) {
    parameterGradientNarrow(x, dy, kernelGradient, biasGradient, rows, inputs, outputs);
    return;
  }
  for (let o = 0; o < outputs; o += 4) biasBlock(dy, biasGradient, min(o, outputs - 4), rows, outputs);
  let i = 0;
  for (; i + 4 <= inputs; i += 4) {
    let o = 0;
    for (; o + 8 <= outputs; o += 8) gradientBlock4x2(x, dy, kernelGradient, i, o, rows, inputs, outputs);
    for (; o < outputs; o += 4) gradientBlock4x1(x, dy, kernelGradient, i, min(o, outputs - 4), rows, inputs, outputs);
  }
  for (; i < inputs; i += 1) {
    for (let o = 0; o < outputs; o += 4) gradientBlock1x1(x, dy, kernelGradient, i, min(o, outputs - 4), rows, inputs, outputs);
  }
}

// @ts-ignore: decorator
@inline
function biasBlock(dy: usize, biasGradient: usize, o: i32, rows: i32, outputs: i32): void {
  const stride = <usize>outputs << 2;
  let g = at(dy, o);
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let row = 0;
  for (; row + 2 <= rows; row += 2) {
    sum0 = f32x4.add(sum0, v128.load(g));
    sum1 = f32x4.add(sum1, v128.load(g + stride));
    g += stride * 2;
  }
  if (row < rows) sum0 = f32x4.add(sum0, v128.load(g));
  v128.store(at(biasGradient, o), f32x4.add(sum0, sum1));
}

// @ts-ignore: decorator
@inline
function gradientBlock4x2(
  x: usize, dy: usize, kernelGradient: usize, i: i32, o: i32, rows: i32, inputs: i32, outputs: i32,
): void {
  const xStride = <usize>inputs << 2;
  const gStride = <usize>outputs << 2;
  let p = at(x, i);
  let g = at(dy, o);
  const end = g + <usize>rows * gStride;
  let a00 = f32x4.splat(0);
  let a01 = a00, a10 = a00, a11 = a00, a20 = a00, a21 = a00, a30 = a00, a31 = a00;
  for (; g < end; g += gStride) {
    const g0 = v128.load(g);
    const g1 = v128.load(g, 16);
    const s0 = v128.load32_splat(p);
    a00 = multiplyAdd(a00, s0, g0);
    a01 = multiplyAdd(a01, s0, g1);
    const s1 = v128.load32_splat(p, 4);
    a10 = multiplyAdd(a10, s1, g0);
    a11 = multiplyAdd(a11, s1, g1);
    const s2 = v128.load32_splat(p, 8);
    a20 = multiplyAdd(a20, s2, g0);
    a21 = multiplyAdd(a21, s2, g1);
    const s3 = v128.load32_splat(p, 12);
    a30 = multiplyAdd(a30, s3, g0);
    a31 = multiplyAdd(a31, s3, g1);
    p += xStride;
  }
  let target = at(kernelGradient, i * outputs + o);
  v128.store(target, a00);
  v128.store(target, a01, 16);
  target += gStride;
  v128.store(target, a10);
  v128.store(target, a11, 16);
  target += gStride;
  v128.store(target, a20);
  v128.store(target, a21, 16);
  target += gStride;
  v128.store(target, a30);
  v128.store(target, a31, 16);
}

// @ts-ignore: decorator
@inline
function gradientBlock4x1(
  x: usize, dy: usize, kernelGradient: usize, i: i32, o: i32, rows: i32, inputs: i32, outputs: i32,
): void {
  const xStride = <usize>inputs << 2;
  const gStride = <usize>outputs << 2;
  let p = at(x, i);
  let g = at(dy, o);
  const end = g + <usize>rows * gStride;
  let a0 = f32x4.splat(0);
  let a1 = a0, a2 = a0, a3 = a0;
  for (; g < end; g += gStride) {
    const g0 = v128.load(g);
    a0 = multiplyAdd(a0, v128.load32_splat(p), g0);
    a1 = multiplyAdd(a1, v128.load32_splat(p, 4), g0);
    a2 = multiplyAdd(a2, v128.load32_splat(p, 8), g0);
    a3 = multiplyAdd(a3, v128.load32_splat(p, 12), g0);
    p += xStride;
  }
  let target = at(kernelGradient, i * outputs + o);
  v128.store(target, a0);
  target += gStride;
  v128.store(target, a1);
  target += gStride;
  v128.store(target, a2);
  target += gStride;
  v128.store(target, a3);
}

// @ts-ignore: decorator
@inline
function gradientBlock1x1(
  x: usize, dy: usize, kernelGradient: usize, i: i32, o: i32, rows: i32, inputs: i32, outputs: i32,
): void {
  const xStride = <usize>inputs << 2;
  const gStride = <usize>outputs << 2;
  let p = at(x, i);
  let g = at(dy, o);
  const end = g + <usize>rows * gStride;
  let a = f32x4.splat(0);
  for (; g < end; g += gStride) {
    a = multiplyAdd(a, v128.load32_splat(p), v128.load(g));
    p += xStride;
  }
  v128.store(at(kernelGradient, i * outputs + o), a);
}

/** Vectors run along the inputs instead of the outputs. */
function parameterGradientNarrow(
  x: usize, dy: usize, kernelGradient: usize, biasGradient: usize, rows: i32, inputs: i32, outputs: i32,
): void {
  for (let o = 0; o < outputs; o += 1) {
    let biasSum: f32 = 0;
    for (let row = 0; row < rows; row += 1) biasSum += load<f32>(at(dy, row * outputs + o));
    store<f32>(at(biasGradient, o), biasSum);
    let i = 0;
    for (; i + 16 <= inputs; i += 16) narrowBlock4(x, dy, kernelGradient, i, o, rows, inputs, outputs);
    for (; i + 4 <= inputs; i += 4) narrowBlock1(x, dy, kernelGradient, i, o, rows, inputs, outputs);
    for (; i < inputs; i += 1) {
      let sum: f32 = 0;
      for (let row = 0; row < rows; row += 1) {
        sum += load<f32>(at(x, row * inputs + i)) * load<f32>(at(dy, row * outputs + o));
      }
      store<f32>(at(kernelGradient, i * outputs + o), sum);
    }
  }
}

// @ts-ignore: decorator
@inline
function narrowBlock4(
  x: usize, dy: usize, kernelGradient: usize, i: i32, o: i32, rows: i32, inputs: i32, outputs: i32,
): void {
  const xStride = <usize>inputs << 2;
  const gStride = <usize>outputs << 2;
  let p = at(x, i);
  let g = at(dy, o);
  const end = g + <usize>rows * gStride;
  let a0 = f32x4.splat(0);
  let a1 = a0, a2 = a0, a3 = a0;
  for (; g < end; g += gStride) {
    const s = v128.load32_splat(g);
    a0 = multiplyAdd(a0, s, v128.load(p));
    a1 = multiplyAdd(a1, s, v128.load(p, 16));
    a2 = multiplyAdd(a2, s, v128.load(p, 32));
    a3 = multiplyAdd(a3, s, v128.load(p, 48));
    p += xStride;
  }
  const target = at(kernelGradient, i * outputs + o);
  scatter(a0, target, gStride);
  scatter(a1, target + 4 * gStride, gStride);
  scatter(a2, target + 8 * gStride, gStride);
  scatter(a3, target + 12 * gStride, gStride);
}

// @ts-ignore: decorator
@inline
function narrowBlock1(
  x: usize, dy: usize, kernelGradient: usize, i: i32, o: i32, rows: i32, inputs: i32, outputs: i32,
): void {
  const xStride = <usize>inputs << 2;
  const gStride = <usize>outputs << 2;
  let p = at(x, i);
  let g = at(dy, o);
  const end = g + <usize>rows * gStride;
  let a = f32x4.splat(0);
  for (; g < end; g += gStride) {
    a = multiplyAdd(a, v128.load32_splat(g), v128.load(p));
    p += xStride;
  }
  scatter(a, at(kernelGradient, i * outputs + o), gStride);
}

// @ts-ignore: decorator
@inline
function scatter(x: v128, target: usize, stride: usize): void {
  store<f32>(target, f32x4.extract_lane(x, 0));
  store<f32>(target + stride, f32x4.extract_lane(x, 1));
  store<f32>(target + stride * 2, f32x4.extract_lane(x, 2));
  store<f32>(target + stride * 3, f32x4.extract_lane(x, 3));
}

/**
 * dx[rows, inputs] (+)= (dy · kernelᵀ) ⊙ activation′(x), where x holds the activated outputs of the layer below.
 * With `accumulate` the product is added to what dx holds before the derivative is applied: two heads on one trunk.
 */
export function denseInputGradient(
  dy: usize, transposed: usize, x: usize, dx: usize,
  rows: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  if (inputs < 4) {
    inputGradientNarrow(dy, transposed, x, dx, rows, inputs, outputs, activation, accumulate);
    return;
  }
  // Vectors may not overlap while accumulating in place: the scalar tail is walked separately there.
  const vectorInputs = inputs & ~3;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    for (let i = 0; i < vectorInputs; i += 4) inputBlock4x1(dy, transposed, x, dx, row, i, inputs, outputs, activation, accumulate);
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
