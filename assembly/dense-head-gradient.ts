// Gradients of heads, which have few outputs: one pass over the activations below computes both the parameter and the
// input gradient, because those activations are by far the largest input. Four rows are processed together, so that the
// sums over rows are loaded once for four.
import { activationGradient4, activationGradientScalar, RELU, TANH } from './activation';
import { transpose } from './dense-input-gradient';
import { at, multiplyAdd } from './simd';

/**
 * For a layer of one to three outputs: kernelGradient = xᵀ·dy, biasGradient = Σ dy and dx = (dy·kernelᵀ [+ dx if
 * accumulate]) ⊙ activation′, with the derivative taken at the activated outputs x. `sums` is scratch space as large as
 * the kernel.
 */
export function denseHeadGradient(
  x: usize, dy: usize, transposed: usize, kernelGradient: usize, biasGradient: usize, dx: usize, sums: usize,
  rows: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  for (let o = 0; o < outputs; o += 1) {
    let sum: f32 = 0;
    for (let row = 0; row < rows; row += 1) sum += load<f32>(at(dy, row * outputs + o));
    store<f32>(at(biasGradient, o), sum);
  }
  memory.fill(sums, 0, (<usize>inputs * <usize>outputs) << 2);
  if (outputs == 1) headGradient(x, dy, transposed, dx, sums, rows, inputs, 1, activation, accumulate);
  else if (outputs == 2) headGradient(x, dy, transposed, dx, sums, rows, inputs, 2, activation, accumulate);
  else headGradient(x, dy, transposed, dx, sums, rows, inputs, 3, activation, accumulate);
  transpose(sums, kernelGradient, outputs, inputs);
}

/** Constant activations let the compiler drop the choice from the innermost loop. */
// @ts-ignore: decorator
@inline
function headGradient(
  x: usize, dy: usize, transposed: usize, dx: usize, sums: usize,
  rows: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  if (accumulate) headRows(x, dy, transposed, dx, sums, rows, inputs, outputs, activation, 1);
  else if (activation == RELU) headRows(x, dy, transposed, dx, sums, rows, inputs, outputs, RELU, 0);
  else if (activation == TANH) headRows(x, dy, transposed, dx, sums, rows, inputs, outputs, TANH, 0);
  else headRows(x, dy, transposed, dx, sums, rows, inputs, outputs, activation, 0);
}

// @ts-ignore: decorator
@inline
function headRows(
  x: usize, dy: usize, transposed: usize, dx: usize, sums: usize,
  rows: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  const vectorInputs = inputs & ~3;
  let row = 0;
  for (; row + 4 <= rows; row += 4) fourRows(x, dy, transposed, dx, sums, row, inputs, outputs, activation, accumulate);
  for (; row < rows; row += 1) oneRow(x, dy, transposed, dx, sums, row, 0, inputs, outputs, activation, accumulate);
  if (vectorInputs == inputs) return;
  for (row = 0; row < (rows & ~3); row += 1) {
    oneRow(x, dy, transposed, dx, sums, row, vectorInputs, inputs, outputs, activation, accumulate);
  }
}

/** Processes all whole vectors of four rows; `outputs`, `activation` and `accumulate` are constants after inlining. */
// @ts-ignore: decorator
@inline
function fourRows(
  x: usize, dy: usize, transposed: usize, dx: usize, sums: usize,
  row: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  const stride = <usize>inputs << 2;
  const gStride = <usize>outputs << 2;
  const zero = f32x4.splat(0);
  const g = dy + <usize>row * gStride;
  const s00 = v128.load32_splat(g);
  const s10 = v128.load32_splat(g + gStride);
  const s20 = v128.load32_splat(g + gStride * 2);
  const s30 = v128.load32_splat(g + gStride * 3);
  const s01 = outputs > 1 ? v128.load32_splat(g, 4) : zero;
  const s11 = outputs > 1 ? v128.load32_splat(g + gStride, 4) : zero;
  const s21 = outputs > 1 ? v128.load32_splat(g + gStride * 2, 4) : zero;
  const s31 = outputs > 1 ? v128.load32_splat(g + gStride * 3, 4) : zero;
  const s02 = outputs > 2 ? v128.load32_splat(g, 8) : zero;
  const s12 = outputs > 2 ? v128.load32_splat(g + gStride, 8) : zero;
  const s22 = outputs > 2 ? v128.load32_splat(g + gStride * 2, 8) : zero;
  const s32 = outputs > 2 ? v128.load32_splat(g + gStride * 3, 8) : zero;
  let p = x + <usize>row * stride;
  let q = dx + <usize>row * stride;
  let w = transposed;
  let sum = sums;
  const end = w + (<usize>(inputs & ~3) << 2);
  for (; w < end; w += 16) {
    const x0 = v128.load(p);
    const x1 = v128.load(p + stride);
    const x2 = v128.load(p + stride * 2);
    const x3 = v128.load(p + stride * 3);
    const w0 = v128.load(w);
    let d0 = f32x4.mul(s00, w0);
    let d1 = f32x4.mul(s10, w0);
    let d2 = f32x4.mul(s20, w0);
    let d3 = f32x4.mul(s30, w0);
    v128.store(sum, fourProducts(v128.load(sum), s00, x0, s10, x1, s20, x2, s30, x3));
    if (outputs > 1) {
      const w1 = v128.load(w + stride);
      d0 = multiplyAdd(d0, s01, w1);
      d1 = multiplyAdd(d1, s11, w1);
      d2 = multiplyAdd(d2, s21, w1);
      d3 = multiplyAdd(d3, s31, w1);
      const target = sum + stride;
      v128.store(target, fourProducts(v128.load(target), s01, x0, s11, x1, s21, x2, s31, x3));
    }
    if (outputs > 2) {
      const w2 = v128.load(w + stride * 2);
      d0 = multiplyAdd(d0, s02, w2);
      d1 = multiplyAdd(d1, s12, w2);
      d2 = multiplyAdd(d2, s22, w2);
      d3 = multiplyAdd(d3, s32, w2);
      const target = sum + stride * 2;
      v128.store(target, fourProducts(v128.load(target), s02, x0, s12, x1, s22, x2, s32, x3));
    }
    if (accumulate) {
      d0 = f32x4.add(d0, v128.load(q));
      d1 = f32x4.add(d1, v128.load(q + stride));
      d2 = f32x4.add(d2, v128.load(q + stride * 2));
      d3 = f32x4.add(d3, v128.load(q + stride * 3));
    }
    v128.store(q, activationGradient4(d0, x0, activation));
    v128.store(q + stride, activationGradient4(d1, x1, activation));
    v128.store(q + stride * 2, activationGradient4(d2, x2, activation));
    v128.store(q + stride * 3, activationGradient4(d3, x3, activation));
    p += 16;
    q += 16;
    sum += 16;
  }
}

// @ts-ignore: decorator
@inline
function fourProducts(
  sum: v128, s0: v128, x0: v128, s1: v128, x1: v128, s2: v128, x2: v128, s3: v128, x3: v128,
): v128 {
  const even = multiplyAdd(multiplyAdd(sum, s0, x0), s1, x1);
  return f32x4.add(even, multiplyAdd(f32x4.mul(s2, x2), s3, x3));
}

/** Processes inputs `first` … inputs−1 of one row, one by one. */
function oneRow(
  x: usize, dy: usize, transposed: usize, dx: usize, sums: usize,
  row: i32, first: i32, inputs: i32, outputs: i32, activation: i32, accumulate: i32,
): void {
  for (let i = first; i < inputs; i += 1) {
    const index = row * inputs + i;
    const below = load<f32>(at(x, index));
    let sum: f32 = accumulate ? load<f32>(at(dx, index)) : 0;
    for (let o = 0; o < outputs; o += 1) {
      const slope = load<f32>(at(dy, row * outputs + o));
      const target = at(sums, o * inputs + i);
      store<f32>(target, load<f32>(target) + slope * below);
      sum += slope * load<f32>(at(transposed, o * inputs + i));
    }
    store<f32>(at(dx, index), activationGradientScalar(sum, below, activation));
  }
}
