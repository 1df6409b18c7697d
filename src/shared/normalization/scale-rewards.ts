// Reward scaling: rewards are divided by the standard deviation of discounted returns, so that values have unit scale
// in any environment (Engstrom et al. 2020, arXiv 2005.12729, section 3). Signs and zeros do not change.

/** Added to a variance before its root, so that a constant can be divided too. Observations use the same constant. */
export const VARIANCE_EPSILON = 1e-6;

/** Scaled rewards are clipped to ± this. */
export const MAX_SCALED_REWARD = 10;

/** rewards ← clip(rewards / √(variance + ε)). */
export function scaleRewards(rewards: Float32Array, rows: number, returnVariance: number): void {
  const factor = 1 / Math.sqrt(returnVariance + VARIANCE_EPSILON);
  for (let row = 0; row < rows; row += 1) {
    rewards[row] = Math.min(Math.max(rewards[row]! * factor, -MAX_SCALED_REWARD), MAX_SCALED_REWARD);
  }
}
