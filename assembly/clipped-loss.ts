// The losses of proximal policy optimization (Schulman et al. 2017, arXiv 1707.06347): both are clipped where an update
// has already moved far enough.
import { at } from './simd';

/**
 * The surrogate of eq. 7, min(ρ·A, clip(ρ, 1 − ε, 1 + ε)·A) with ρ = π(a)/π_old(a). Its slope by log π(a) is ρ·A where
 * the first is not the larger, and 0 elsewhere: `weights` gets that slope, and the policies' gradient kernels, given it
 * in place of advantages, do the rest. Writes to losses: 5 the mean of −min(…), 6 the approximate KL divergence
 * mean(ρ − 1 − log ρ), and 7 the share of rows with |ρ − 1| > ε.
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
 * Gradient of coefficient·mean(max((R − V)², (R − W)²)) by V, with W = V_old + clip(V − V_old, −range, range); writes the
 * unweighted mean to losses[2].
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
    // Where the clipped error is the larger, moving the value changes nothing. Within the range both errors are one but for
    // rounding.
    const slope: f32 = abs(shift) <= range || square >= clippedSquare ? difference * scale : 0;
    store<f32>(at(gradient, row), slope);
  }
  store<f32>(losses, sum / <f32>rows, 8);
}
