// Gaussian policies: sampling of actions, and the gradient of their loss. Actions are those that were sampled, before
// an environment clips them: the log-probability of a clipped action would be another one.
import { at } from './simd';

/** log √(2π). */
const HALF_LOG_TWO_PI: f32 = 0.9189385332046727;

/** actions = means + e^logStandardDeviation · noise; with address 0 for `noise`, the means. */
export function gaussianAct(
  means: usize, logStandardDeviations: usize, noise: usize, actions: usize, rows: i32, size: i32,
): void {
  for (let k = 0; k < size; k += 1) {
    const deviation = Mathf.exp(load<f32>(at(logStandardDeviations, k)));
    for (let index = k; index < rows * size; index += size) {
      const shift: f32 = noise ? deviation * load<f32>(at(noise, index)) : 0;
      store<f32>(at(actions, index), load<f32>(at(means, index)) + shift);
    }
  }
}

/**
 * Gradient of mean(−log π(a)·A) − entropyCoefficient·mean(H) with respect to means and log standard deviations. With
 * z = (a − μ)/σ: −log π = Σ z²/2 + log σ + log √(2π), H = Σ log σ + log √(2π) + 1/2,
 * ∂/∂μ = −A·z/σ / rows, ∂/∂log σ = mean(A·(1 − z²)) − entropyCoefficient.
 * Writes policy loss and entropy to losses[0] and losses[1], the mean of the means to losses[3] and the mean of the
 * standard deviations to losses[4].
 */
export function gaussianGradient(
  means: usize, logStandardDeviations: usize, actions: usize, advantages: usize,
  meanGradient: usize, logStandardDeviationGradient: usize, losses: usize,
  rows: i32, size: i32, entropyCoefficient: f32,
): void {
  const scale: f32 = <f32>1 / <f32>rows;
  let lossSum: f32 = 0;
  let entropy: f32 = 0;
  let meanSum: f32 = 0;
  let deviationSum: f32 = 0;
  for (let k = 0; k < size; k += 1) {
    const logDeviation = load<f32>(at(logStandardDeviations, k));
    const inverse = Mathf.exp(-logDeviation);
    deviationSum += <f32>1 / inverse;
    let slope: f32 = 0;
    for (let row = 0; row < rows; row += 1) {
      const index = row * size + k;
      const advantage = load<f32>(at(advantages, row));
      const mean = load<f32>(at(means, index));
      meanSum += mean;
      const z = (load<f32>(at(actions, index)) - mean) * inverse;
      lossSum += advantage * (<f32>0.5 * z * z + logDeviation + HALF_LOG_TWO_PI);
      slope += advantage * (<f32>1 - z * z);
      store<f32>(at(meanGradient, index), -advantage * z * inverse * scale);
    }
    store<f32>(at(logStandardDeviationGradient, k), slope * scale - entropyCoefficient);
    entropy += logDeviation + HALF_LOG_TWO_PI + <f32>0.5;
  }
  store<f32>(losses, lossSum * scale);
  store<f32>(losses, entropy, 4);
  store<f32>(losses, (meanSum * scale) / <f32>size, 12);
  store<f32>(losses, deviationSum / <f32>size, 16);
}

/** log(1 + eˣ) without overflow. */
// @ts-ignore: decorator
@inline
function softplus(x: f32): f32 {
  return max(x, <f32>0) + Mathf.log1p(Mathf.exp(-abs(x)));
}

/** gaussianAct for rows of `size` means, followed by as many x with σ = softplus(x) + minimum. */
export function gaussianStateDependentAct(
  outputs: usize, noise: usize, actions: usize, rows: i32, size: i32, minimum: f32,
): void {
  for (let row = 0; row < rows; row += 1) {
    for (let k = 0; k < size; k += 1) {
      const from = at(outputs, 2 * row * size + k);
      const index = row * size + k;
      let action = load<f32>(from);
      if (noise) action += (softplus(load<f32>(from + (<usize>size << 2))) + minimum) * load<f32>(at(noise, index));
      store<f32>(at(actions, index), action);
    }
  }
}

/**
 * gaussianGradient with σ = softplus(x) + minimum:
 * ∂/∂x = (A·(1 − z²) − entropyCoefficient)/σ · sigmoid(x) / rows. Writes the same losses.
 */
export function gaussianStateDependentGradient(
  outputs: usize, actions: usize, advantages: usize, gradient: usize, losses: usize,
  rows: i32, size: i32, minimum: f32, entropyCoefficient: f32,
): void {
  const scale: f32 = <f32>1 / <f32>rows;
  const half = <usize>size << 2;
  let lossSum: f32 = 0;
  let entropySum: f32 = 0;
  let meanSum: f32 = 0;
  let deviationSum: f32 = 0;
  for (let row = 0; row < rows; row += 1) {
    const advantage = load<f32>(at(advantages, row));
    for (let k = 0; k < size; k += 1) {
      const from = at(outputs, 2 * row * size + k);
      const to = at(gradient, 2 * row * size + k);
      const x = load<f32>(from + half);
      const deviation = softplus(x) + minimum;
      const logDeviation = Mathf.log(deviation);
      const mean = load<f32>(from);
      const z = (load<f32>(at(actions, row * size + k)) - mean) / deviation;
      meanSum += mean;
      deviationSum += deviation;
      lossSum += advantage * (<f32>0.5 * z * z + logDeviation + HALF_LOG_TWO_PI);
      entropySum += logDeviation + HALF_LOG_TWO_PI + <f32>0.5;
      const sigmoid: f32 = <f32>1 / (<f32>1 + Mathf.exp(-x));
      store<f32>(to, ((-advantage * z) / deviation) * scale);
      store<f32>(to + half, ((advantage * (<f32>1 - z * z) - entropyCoefficient) / deviation) * sigmoid * scale);
    }
  }
  store<f32>(losses, lossSum * scale);
  store<f32>(losses, entropySum * scale, 4);
  store<f32>(losses, (meanSum * scale) / <f32>size, 12);
  store<f32>(losses, (deviationSum * scale) / <f32>size, 16);
}

/** target[rows] = log π(a) = −Σ z²/2 + log σ + log √(2π) of the given actions. */
export function gaussianLogProbability(
  means: usize, logStandardDeviations: usize, actions: usize, target: usize, rows: i32, size: i32,
): void {
  for (let row = 0; row < rows; row += 1) store<f32>(at(target, row), 0);
  for (let k = 0; k < size; k += 1) {
    const logDeviation = load<f32>(at(logStandardDeviations, k));
    const inverse = Mathf.exp(-logDeviation);
    for (let row = 0; row < rows; row += 1) {
      const index = row * size + k;
      const z = (load<f32>(at(actions, index)) - load<f32>(at(means, index))) * inverse;
      const to = at(target, row);
      store<f32>(to, load<f32>(to) - (<f32>0.5 * z * z + logDeviation + HALF_LOG_TWO_PI));
    }
  }
}

/** gaussianLogProbability for rows of `size` means, followed by `size` x with σ = softplus(x) + minimum. */
export function gaussianStateDependentLogProbability(
  outputs: usize, actions: usize, target: usize, rows: i32, size: i32, minimum: f32,
): void {
  const half = <usize>size << 2;
  for (let row = 0; row < rows; row += 1) {
    let sum: f32 = 0;
    for (let k = 0; k < size; k += 1) {
      const from = at(outputs, 2 * row * size + k);
      const deviation = softplus(load<f32>(from + half)) + minimum;
      const z = (load<f32>(at(actions, row * size + k)) - load<f32>(from)) / deviation;
      sum -= <f32>0.5 * z * z + Mathf.log(deviation) + HALF_LOG_TWO_PI;
    }
    store<f32>(at(target, row), sum);
  }
}
