// Losses of proximal policy optimization (Schulman et al. 2017, arXiv 1707.06347): both are clipped where an update has
// already moved far enough.
import { at } from './simd';

/**
 * The surrogate of eq. 7, min(ρ·A, clip(ρ, 1 − ε, 1 + ε)·A) with ρ = π(a)/π_old(a). Its slope with respect to log π(a)
 * is ρ·A where ρ·A is not the larger of the two, and 0 elsewhere. Writes that slope to `weights`; the policies'
 * gradient kernels take it instead of advantages. Writes to losses: 5 the mean of −min(…), 6 the approximate KL
 * divergence mean(ρ − 1 − log ρ), and 7 the share of rows with |ρ − 1| > ε.
 */
export function clippedSurrogate(
  logProbabilities: usize, oldLogProbabilities: usize, advantages: usize, weights: usize, losses: usize,
  rows: i32, clipRange: f32,
): void {
  const low: f32 = <f32>1 - clipRange;
  const high: f32 = <f32>1 + clipRange;
  let lossSum: f32 = 0;
  let divergence: f32 = 0;
  let clipped = 0;
  for (let row = 0; row < rows; row += 1) {
    const logRatio = load<f32>(at(logProbabilities, row)) - load<f32>(at(oldLogProbabilities, row));
    const ratio = Mathf.exp(logRatio);
    const advantage = load<f32>(at(advantages, row));
    const gain = ratio * advantage;
    const clippedGain = min(max(ratio, low), high) * advantage;
    lossSum -= min(gain, clippedGain);
    store<f32>(at(weights, row), gain <= clippedGain ? gain : 0);
    divergence += ratio - <f32>1 - logRatio;
    if (abs(ratio - <f32>1) > clipRange) clipped += 1;
  }
  const scale: f32 = <f32>1 / <f32>rows;
  store<f32>(losses, lossSum * scale, 20);
  store<f32>(losses, divergence * scale, 24);
  store<f32>(losses, <f32>clipped * scale, 28);
}

/**
 * Gradient of coefficient·mean(max((R − V)², (R − W)²)) with respect to V, with W = V_old + clip(V − V_old, −range,
 * range). Writes the unweighted mean to losses[2].
 */
export function clippedValueGradient(
  values: usize, oldValues: usize, returns: usize, gradient: usize, losses: usize,
  rows: i32, coefficient: f32, range: f32,
): void {
  const scale: f32 = (<f32>2 * coefficient) / <f32>rows;
  let sum: f32 = 0;
  for (let row = 0; row < rows; row += 1) {
    const value = load<f32>(at(values, row));
    const oldValue = load<f32>(at(oldValues, row));
    const target = load<f32>(at(returns, row));
    const difference = value - target;
    const shift = value - oldValue;
    const clippedDifference = oldValue + min(max(shift, -range), range) - target;
    const square = difference * difference;
    const clippedSquare = clippedDifference * clippedDifference;
    sum += max(square, clippedSquare);
    // If the clipped error is larger, the gradient is 0. Within the range both errors are equal except for rounding.
    const slope: f32 = abs(shift) <= range || square >= clippedSquare ? difference * scale : 0;
    store<f32>(at(gradient, row), slope);
  }
  store<f32>(losses, sum / <f32>rows, 8);
}
