// Deterministic policy: turns network outputs into actions of a bounded space and adds exploration noise.
import { at, hyperbolicTangent4 } from './simd';

/**
 * Computes one element of each row's action: the output x itself, or with `squash` center + half·tanh(x), which maps to
 * low … high. Then adds noise (address 0: none) and clips the sum to low … high, which may be ±Infinity. Rows of
 * outputs and noise have `size` numbers, rows of actions `stride`.
 */
export function deterministicAct(
  outputs: usize, noise: usize, actions: usize,
  rows: i32, size: i32, stride: i32, low: f32, high: f32, squash: i32,
): void {
  const center: f32 = (low + high) * 0.5;
  const half: f32 = (high - low) * 0.5;
  for (let row = 0; row < rows; row += 1) {
    let action = load<f32>(at(outputs, row * size));
    if (squash) action = center + half * f32x4.extract_lane(hyperbolicTangent4(f32x4.splat(action)), 0);
    if (noise) action += load<f32>(at(noise, row * size));
    store<f32>(at(actions, row * stride), min(max(action, low), high));
  }
}
