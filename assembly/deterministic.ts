// The deterministic policy: network outputs become actions of a bounded space, with exploration noise on top.
import { at, hyperbolicTangent4 } from './simd';

/**
 * One element of each row's action: the output x itself, or with `squash` center + half·tanh(x), which fills low … high;
 * then the noise is added (address 0: none) and the sum clipped to low … high, possibly ±Infinity. Outputs and noise
 * have rows of `size` numbers, actions rows of `stride`.
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
