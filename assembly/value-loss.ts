// The value loss: mean((R − V)²).
import { at } from './simd';

/** gradient = 2·coefficient·(V − R)/rows; writes the unweighted mean square to losses[2]. */
export function valueGradient(
  values: usize,
  returns: usize,
  gradient: usize,
  losses: usize,
  rows: i32,
  coefficient: f32,
): void {
  const scale: f32 = (<f32>2 * coefficient) / <f32>rows;
  let sum: f32 = 0;
  for (let row = 0; row < rows; row += 1) {
    const difference = load<f32>(at(values, row)) - load<f32>(at(returns, row));
    sum += difference * difference;
    store<f32>(at(gradient, row), difference * scale);
  }
  store<f32>(losses, sum / <f32>rows, 8);
}
