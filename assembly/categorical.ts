// The categorical policy: sampling while acting, and the gradient of its loss after the rollout.
import { at, exponential4 } from './simd';

/** Logit of a forbidden action: its probability underflows to exactly 0. */
const FORBIDDEN: f32 = -1e9;

/**
 * Log-softmax of each row of logits[rows, actions] into logProbabilities (may be the same array), after masking
 * (`mask` holds 1 or 0 per logit; address 0 means no mask).
 */
export function categoricalLogProbabilities(
  logits: usize, mask: usize, logProbabilities: usize, rows: i32, actions: i32,
): void {
  for (let row = 0; row < rows; row += 1) {
    const base = row * actions;
    let largest: f32 = -f32.MAX_VALUE;
    for (let action = 0; action < actions; action += 1) {
      const index = base + action;
      const logit = mask && load<f32>(at(mask, index)) == 0 ? FORBIDDEN : load<f32>(at(logits, index));
      store<f32>(at(logProbabilities, index), logit);
      largest = max(largest, logit);
    }
    let sum: f32 = 0;
    for (let action = 0; action < actions; action += 1) {
      sum += exponential(load<f32>(at(logProbabilities, base + action)) - largest);
    }
    const logSum = largest + Mathf.log(sum);
    for (let action = 0; action < actions; action += 1) {
      const address = at(logProbabilities, base + action);
      store<f32>(address, load<f32>(address) - logSum);
    }
  }
}

/** Draws one action a row by inverting the cumulative distribution at uniforms[rows] in [0, 1). */
export function categoricalSample(
  logProbabilities: usize, uniforms: usize, chosen: usize, rows: i32, actions: i32,
): void {
  for (let row = 0; row < rows; row += 1) {
    const base = row * actions;
    let remaining = load<f32>(at(uniforms, row));
    let choice = -1;
    for (let action = 0; action < actions; action += 1) {
      const probability = exponential(load<f32>(at(logProbabilities, base + action)));
      if (probability > 0) {
        choice = action;
        remaining -= probability;
        if (remaining < 0) break;
      }
    }
    store<f32>(at(chosen, row), <f32>choice);
  }
}

/** The most probable action of each row; the first one on ties. */
export function categoricalMode(logProbabilities: usize, chosen: usize, rows: i32, actions: i32): void {
  for (let row = 0; row < rows; row += 1) {
    const base = row * actions;
    let choice = 0;
    for (let action = 1; action < actions; action += 1) {
      if (load<f32>(at(logProbabilities, base + action)) > load<f32>(at(logProbabilities, base + choice))) choice = action;
    }
    store<f32>(at(chosen, row), <f32>choice);
  }
}

/**
 * Gradient of mean(−log π(a)·A) − entropyCoefficient·mean(H) by the logits. With p = softmax(logits):
 * ∂/∂logitₖ = (A·(pₖ − 1[k = a]) + entropyCoefficient·pₖ·(log pₖ + H)) / rows.
 * Writes the two means, policy loss and entropy, to losses[0] and losses[1].
 */
export function categoricalGradient(
  logProbabilities: usize, chosen: usize, advantages: usize, gradient: usize, losses: usize,
  rows: i32, actions: i32, entropyCoefficient: f32,
): void {
  const scale: f32 = <f32>1 / <f32>rows;
  let lossSum: f32 = 0;
  let entropySum: f32 = 0;
  for (let row = 0; row < rows; row += 1) {
    const base = row * actions;
    const action = <i32>load<f32>(at(chosen, row));
    const advantage = load<f32>(at(advantages, row));
    lossSum -= load<f32>(at(logProbabilities, base + action)) * advantage;
    let entropy: f32 = 0;
    for (let k = 0; k < actions; k += 1) {
      const logProbability = load<f32>(at(logProbabilities, base + k));
      const probability = exponential(logProbability);
      store<f32>(at(gradient, base + k), probability);
      entropy -= probability * logProbability;
    }
    entropySum += entropy;
    for (let k = 0; k < actions; k += 1) {
      const address = at(gradient, base + k);
      const probability = load<f32>(address);
      const hit: f32 = k == action ? 1 : 0;
      const slope =
        advantage * (probability - hit) +
        entropyCoefficient * probability * (load<f32>(at(logProbabilities, base + k)) + entropy);
      store<f32>(address, slope * scale);
    }
  }
  store<f32>(losses, lossSum * scale);
  store<f32>(losses, entropySum * scale, 4);
}

// @ts-ignore: decorator
@inline
function exponential(x: f32): f32 {
  // Far below the float range the clamped vector form would return 1e-38; a forbidden action must get exactly 0.
  return x < -87 ? 0 : f32x4.extract_lane(exponential4(f32x4.splat(x)), 0);
}
