// Observation normalization.
import { at } from './simd';

/** y = (x − mean)/√(variance + epsilon) for rows of `size` numbers. */
export function normalize(
  x: usize, mean: usize, variance: usize, y: usize, rows: i32, size: i32, epsilon: f32,
): void {
  const small = f32x4.splat(epsilon);
  for (let row = 0; row < rows; row += 1) {
    let k = 0;
    for (; k + 4 <= size; k += 4) {
      const deviation = f32x4.sqrt(f32x4.add(v128.load(at(variance, k)), small));
      const difference = f32x4.sub(v128.load(at(x, row * size + k)), v128.load(at(mean, k)));
      v128.store(at(y, row * size + k), f32x4.div(difference, deviation));
    }
    for (; k < size; k += 1) {
      const deviation = sqrt<f32>(load<f32>(at(variance, k)) + epsilon);
      store<f32>(at(y, row * size + k), (load<f32>(at(x, row * size + k)) - load<f32>(at(mean, k))) / deviation);
    }
  }
}
