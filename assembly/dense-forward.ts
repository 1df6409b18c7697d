// Dense layers, forward pass: y = activation(x·W + b) over a batch of rows. Kernels are [inputs, outputs]. Matrices are
// processed in blocks of four rows by two vectors, so that each loaded weight is used for four rows. The last vector of
// a row overlaps the one before, which avoids a scalar tail: outputs are stored, never accumulated.
import { activate4, activateScalar, ELU, LINEAR, RELU, TANH } from './activation';
import { at, multiplyAdd, sumLanes } from './simd';

/** Inputs from which on a kernel is read in passes, and the inputs of a pass. */
const MANY_INPUTS: i32 = 512;
const INPUTS_PER_PASS: i32 = 256;

/** y[rows, outputs] = activation(x[rows, inputs] · kernel + bias); `transposed` is the kernel as [outputs, inputs]. */
export function denseForward(
  x: usize, kernel: usize, transposed: usize, bias: usize, y: usize,
  rows: i32, inputs: i32, outputs: i32, activation: i32,
): void {
  if (outputs < 4) forwardNarrow(x, transposed, bias, y, rows, inputs, outputs, activation);
  // A constant activation lets the compiler drop the choice from the innermost blocks.
  else if (activation == RELU) forwardWide(x, kernel, bias, y, rows, inputs, outputs, RELU);
  else if (activation == TANH) forwardWide(x, kernel, bias, y, rows, inputs, outputs, TANH);
  else if (activation == ELU) forwardWide(x, kernel, bias, y, rows, inputs, outputs, ELU);
  else forwardWide(x, kernel, bias, y, rows, inputs, outputs, LINEAR);
}

/**
 * Dense layers, one after another, for rows firstRow … firstRow+rows−1. Each has eight numbers at `layers`: the
 * addresses x, kernel, transposed, bias and y of row 0, then inputs, outputs and activation. A call from outside costs
 * as much as a small layer of one row, so all layers share one.
 */
export function denseForwardAll(layers: usize, count: i32, firstRow: i32, rows: i32): void {
  for (let layer = 0; layer < count; layer += 1) {
    const inputs = load<i32>(layers, 20);
    const outputs = load<i32>(layers, 24);
    denseForward(
      at(load<usize>(layers), firstRow * inputs), load<usize>(layers, 4), load<usize>(layers, 8),
      load<usize>(layers, 12), at(load<usize>(layers, 16), firstRow * outputs),
      rows, inputs, outputs, load<i32>(layers, 28),
    );
    layers += 32;
  }
}

// @ts-ignore: decorator
@inline
function forwardWide(
  x: usize, kernel: usize, bias: usize, y: usize, rows: i32, inputs: i32, outputs: i32, activation: i32,
): void {
  let row = 0;
  if (inputs >= MANY_INPUTS && (outputs & 7) == 0) {
    row = rows & ~3;
    forwardInPasses(x, kernel, bias, y, row, inputs, outputs, activation);
  }
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

/**
 * Computes rows in groups of four, some inputs at a time: their weights stay in the cache for all rows, and each line
 * of the cache holds the weights of two blocks. Until the last pass, y holds sums. They are added in the order of the
 * inputs, so the results are those of one pass.
 */
// @ts-ignore: decorator
@inline
function forwardInPasses(
  x: usize, kernel: usize, bias: usize, y: usize, rows: i32, inputs: i32, outputs: i32, activation: i32,
): void {
  for (let input = 0; input < inputs; input += INPUTS_PER_PASS) {
    const count = min(INPUTS_PER_PASS, inputs - input);
    const isLast = input + count == inputs;
    for (let row = 0; row < rows; row += 4) {
      for (let o = 0; o < outputs; o += 8) {
        addBlock4x2(x, kernel, bias, y, row, o, input, count, inputs, outputs);
        if (isLast) activateBlock4x2(y, row, o, outputs, activation);
      }
    }
  }
}

/**
 * Adds `count` inputs to four rows of eight outputs, which begin with the bias. One function for this and for
 * forwardBlock4x2 was tried: it makes small layers 3 % slower (4→100, 16 rows).
 */
// @ts-ignore: decorator
@inline
function addBlock4x2(
  x: usize, kernel: usize, bias: usize, y: usize,
  row: i32, o: i32, input: i32, count: i32, inputs: i32, outputs: i32,
): void {
  const stride = <usize>inputs << 2;
  const weightStride = <usize>outputs << 2;
  let x0 = at(x, row * inputs + input);
  let w = at(kernel, input * outputs + o);
  const end = x0 + (<usize>count << 2);
  const target = at(y, row * outputs + o);
  const target1 = target + weightStride;
  const target2 = target1 + weightStride;
  const target3 = target2 + weightStride;
  const isFirst = input == 0;
  let a00 = v128.load(isFirst ? at(bias, o) : target);
  let a01 = v128.load(isFirst ? at(bias, o) : target, 16);
  let a10 = v128.load(isFirst ? at(bias, o) : target1);
  let a11 = v128.load(isFirst ? at(bias, o) : target1, 16);
  let a20 = v128.load(isFirst ? at(bias, o) : target2);
  let a21 = v128.load(isFirst ? at(bias, o) : target2, 16);
  let a30 = v128.load(isFirst ? at(bias, o) : target3);
  let a31 = v128.load(isFirst ? at(bias, o) : target3, 16);
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
  v128.store(target, a00);
  v128.store(target, a01, 16);
  v128.store(target1, a10);
  v128.store(target1, a11, 16);
  v128.store(target2, a20);
  v128.store(target2, a21, 16);
  v128.store(target3, a30);
  v128.store(target3, a31, 16);
}

// @ts-ignore: decorator
@inline
function activateBlock4x2(y: usize, row: i32, o: i32, outputs: i32, activation: i32): void {
  let target = at(y, row * outputs + o);
  for (let index = 0; index < 4; index += 1) {
    v128.store(target, activate4(v128.load(target), activation));
    v128.store(target, activate4(v128.load(target, 16), activation), 16);
    target += <usize>outputs << 2;
  }
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

/** For fewer outputs than lanes: each output is a dot product along the inputs. */
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
