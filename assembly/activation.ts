// Activations and their derivatives, computed from a layer's outputs, so that its inputs need not be stored.
import { exponential4, hyperbolicTangent4 } from './simd';

export const LINEAR: i32 = 0;
export const RELU: i32 = 1;
export const TANH: i32 = 2;
export const ELU: i32 = 3;

// @ts-ignore: decorator
@inline
export function activate4(x: v128, activation: i32): v128 {
  if (activation == RELU) return f32x4.pmax(x, f32x4.splat(0));
  if (activation == TANH) return hyperbolicTangent4(x);
  if (activation == ELU) {
    const negative = f32x4.sub(exponential4(x), f32x4.splat(1));
    return v128.bitselect(x, negative, f32x4.gt(x, f32x4.splat(0)));
  }
  return x;
}

/** gradient ⊙ activation′, computed from the activated output. */
// @ts-ignore: decorator
@inline
export function activationGradient4(gradient: v128, output: v128, activation: i32): v128 {
  if (activation == RELU) return v128.and(gradient, f32x4.gt(output, f32x4.splat(0)));
  if (activation == TANH) {
    return f32x4.mul(gradient, f32x4.sub(f32x4.splat(1), f32x4.mul(output, output)));
  }
  if (activation == ELU) {
    const slope = f32x4.pmin(f32x4.add(output, f32x4.splat(1)), f32x4.splat(1));
    return f32x4.mul(gradient, slope);
  }
  return gradient;
}

/** Activates an array in place; used if a layer is narrower than a vector. */
export function activateScalar(x: f32, activation: i32): f32 {
  return f32x4.extract_lane(activate4(f32x4.splat(x), activation), 0);
}

export function activationGradientScalar(gradient: f32, output: f32, activation: i32): f32 {
  return f32x4.extract_lane(activationGradient4(f32x4.splat(gradient), f32x4.splat(output), activation), 0);
}
