// Gradient of dense layers with respect to their parameters: kernelGradient = xᵀ·dy, biasGradient = Σ dy.
import { at, multiplyAdd } from './simd';

/** kernelGradient = xᵀ·dy and biasGradient = Σ dy over all rows (stored, not added). */
export function denseParameterGradient(
  x: usize, dy: usize, kernelGradient: usize, biasGradient: usize,
  rows: i32, inputs: i32, outputs: i32,
): void {
  if (outputs < 4) {
    parameterGradientNarrow(x, dy, kernelGradient, biasGradient, rows, inputs, outputs);
    return;
  }
  sumRows(dy, biasGradient, rows, outputs);
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

/** sums[outputs] = Σ dy over the rows. */
export function sumRows(dy: usize, sums: usize, rows: i32, outputs: i32): void {
  if (outputs >= 4) {
    for (let o = 0; o < outputs; o += 4) biasBlock(dy, sums, min(o, outputs - 4), rows, outputs);
    return;
  }
  for (let o = 0; o < outputs; o += 1) {
    let sum: f32 = 0;
    for (let row = 0; row < rows; row += 1) sum += load<f32>(at(dy, row * outputs + o));
    store<f32>(at(sums, o), sum);
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

/** For narrow layers: vectors run along the inputs instead of the outputs. */
function parameterGradientNarrow(
  x: usize, dy: usize, kernelGradient: usize, biasGradient: usize, rows: i32, inputs: i32, outputs: i32,
): void {
  sumRows(dy, biasGradient, rows, outputs);
  for (let o = 0; o < outputs; o += 1) {
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
