// Four-lane functions shared by the kernels. All are inlined, and none accesses memory.

/** Lane-wise eˣ by Cody–Waite reduction and a degree-6 polynomial; relative error about 1e-7, clamped to ±87. */
// @ts-ignore: decorator
@inline
export function exponential4(input: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(input, f32x4.splat(87.0)), f32x4.splat(-87.0));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.4426950408889634)));
  // ln 2 in two parts, so that n·ln 2 is subtracted without losing low bits.
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = multiplyAdd(f32x4.splat(1.3981999507e-3), p, r);
  p = multiplyAdd(f32x4.splat(8.3334519073e-3), p, r);
  p = multiplyAdd(f32x4.splat(4.1665795894e-2), p, r);
  p = multiplyAdd(f32x4.splat(1.6666665459e-1), p, r);
  p = multiplyAdd(f32x4.splat(5.0000001201e-1), p, r);
  p = multiplyAdd(f32x4.add(r, f32x4.splat(1.0)), f32x4.mul(p, r), r);
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, exponent);
}

/**
 * Lane-wise tanh as x·p(x²)/q(x²), of degrees 6 and 3; error below 3e-7, absolute and relative. The coefficients are
 * those of Eigen's ptanh. Beyond the clamp tanh is 1 except for the last bit, and the quotient never exceeds 1.
 */
// @ts-ignore: decorator
@inline
export function hyperbolicTangent4(input: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(input, f32x4.splat(7.90531110763549805)), f32x4.splat(-7.90531110763549805));
  const square = f32x4.mul(x, x);
  let p = f32x4.splat(-2.76076847742355e-16);
  p = multiplyAdd(f32x4.splat(2.00018790482477e-13), p, square);
  p = multiplyAdd(f32x4.splat(-8.60467152213735e-11), p, square);
  p = multiplyAdd(f32x4.splat(5.12229709037114e-8), p, square);
  p = multiplyAdd(f32x4.splat(1.48572235717979e-5), p, square);
  p = multiplyAdd(f32x4.splat(6.37261928875436e-4), p, square);
  p = multiplyAdd(f32x4.splat(4.89352455891786e-3), p, square);
  let q = f32x4.splat(1.19825839466702e-6);
  q = multiplyAdd(f32x4.splat(1.18534705686654e-4), q, square);
  q = multiplyAdd(f32x4.splat(2.268434632439e-3), q, square);
  q = multiplyAdd(f32x4.splat(4.89352518554385e-3), q, square);
  return f32x4.div(f32x4.mul(x, p), q);
}

/** Lane-wise 1/(1 + e⁻ˣ). */
// @ts-ignore: decorator
@inline
export function logistic4(x: v128): v128 {
  const one = f32x4.splat(1.0);
  return f32x4.div(one, f32x4.add(one, exponential4(f32x4.neg(x))));
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** Byte address of element `index` of a float32 array. */
// @ts-ignore: decorator
@inline
export function at(base: usize, index: i32): usize {
  return base + (<usize>index << 2);
}

/**
 * sum + a·b, rounded once if the kernels are built with relaxed SIMD and the processor supports it; all processors of
 * one kind give the same result.
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(sum, f32x4.mul(a, b));
}
