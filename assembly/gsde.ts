// Generalized state-dependent exploration (Raffin, Kober & Stulp 2021, arXiv 2005.05719): the noise of an action is a
// linear function of the policy head's inputs, with weights that stay the same for some steps.
import { at } from './simd';

const HALF_LOG_TWO_PI: f32 = 0.9189385332046727;
/** Added to each variance, because all features may be zero. */
const VARIANCE_FLOOR: f32 = 1e-6;

/** action[r, k] = mean[r, k] + Σ_f features[r, f]·weights[r, f, k]. */
export function gsdeAct(
  means: usize, features: usize, weights: usize, actions: usize, rows: i32, featureSize: i32, size: i32,
): void {
  const stride = <usize>size << 2;
  for (let row = 0; row < rows; row += 1) {
    for (let k = 0; k < size; k += 1) {
      let feature = at(features, row * featureSize);
      const end = at(feature, featureSize);
      let weight = at(weights, row * featureSize * size + k);
      let noise: f32 = 0;
      for (; feature < end; feature += 4) {
        noise += load<f32>(feature) * load<f32>(weight);
        weight += stride;
      }
      store<f32>(at(actions, row * size + k), load<f32>(at(means, row * size + k)) + noise);
    }
  }
}

/**
 * Gradient of mean(−log π(a)·A) − entropyCoefficient·mean(H) with respect to means and log σ[f, k], where π is Gaussian
 * with variance vₖ = Σ_f φ_f²·σ²[f, k]:
 * ∂/∂μ = −A·z/√v / rows, ∂/∂v = (A·(1 − z²) − entropyCoefficient)/(2v) / rows, ∂v/∂log σ[f, k] = 2·φ_f²·σ²[f, k].
 * Features are held constant, as in the paper.
 */
export function gsdeGradient(
  means: usize, features: usize, logStandardDeviations: usize, actions: usize, advantages: usize,
  meanGradient: usize, logStandardDeviationGradient: usize, scratch: usize, losses: usize,
  rows: i32, featureSize: i32, size: i32, entropyCoefficient: f32,
): void {
  const scale: f32 = <f32>1 / <f32>rows;
  const stride = <usize>size << 2;
  const weights = featureSize * size;
  /** Scratch: σ², then sums over the rows of ∂L/∂v·φ². */
  const variances = scratch;
  const sums = at(scratch, weights);
  for (let index = 0; index < weights; index += 1) {
    store<f32>(at(variances, index), Mathf.exp(<f32>2 * load<f32>(at(logStandardDeviations, index))));
    store<f32>(at(sums, index), 0);
  }
  let lossSum: f32 = 0;
  let entropySum: f32 = 0;
  let meanSum: f32 = 0;
  let deviationSum: f32 = 0;
  for (let row = 0; row < rows; row += 1) {
    const advantage = load<f32>(at(advantages, row));
    const first = at(features, row * featureSize);
    const end = at(first, featureSize);
    for (let k = 0; k < size; k += 1) {
      let variance: f32 = VARIANCE_FLOOR;
      let weight = at(variances, k);
      for (let feature = first; feature < end; feature += 4) {
        const phi = load<f32>(feature);
        variance += phi * phi * load<f32>(weight);
        weight += stride;
      }
      const index = row * size + k;
      const deviation = sqrt<f32>(variance);
      const logDeviation = Mathf.log(deviation);
      const mean = load<f32>(at(means, index));
      const z = (load<f32>(at(actions, index)) - mean) / deviation;
      lossSum += advantage * (<f32>0.5 * z * z + logDeviation + HALF_LOG_TWO_PI);
      entropySum += logDeviation + HALF_LOG_TWO_PI + <f32>0.5;
      meanSum += mean;
      deviationSum += deviation;
      store<f32>(at(meanGradient, index), ((-advantage * z) / deviation) * scale);
      const slope = ((advantage * (<f32>1 - z * z) - entropyCoefficient) / (<f32>2 * variance)) * scale;
      let sum = at(sums, k);
      for (let feature = first; feature < end; feature += 4) {
        const phi = load<f32>(feature);
        store<f32>(sum, load<f32>(sum) + slope * phi * phi);
        sum += stride;
      }
    }
  }
  for (let index = 0; index < weights; index += 1) {
    const slope = <f32>2 * load<f32>(at(sums, index)) * load<f32>(at(variances, index));
    store<f32>(at(logStandardDeviationGradient, index), slope);
  }
  store<f32>(losses, lossSum * scale);
  store<f32>(losses, entropySum * scale, 4);
  store<f32>(losses, (meanSum * scale) / <f32>size, 12);
  store<f32>(losses, (deviationSum * scale) / <f32>size, 16);
}

/** gaussianLogProbability with the variances of gsdeGradient; `scratch` has featureSize·size numbers. */
export function gsdeLogProbability(
  means: usize, features: usize, logStandardDeviations: usize, actions: usize, scratch: usize, target: usize,
  rows: i32, featureSize: i32, size: i32,
): void {
  const stride = <usize>size << 2;
  const weights = featureSize * size;
  for (let index = 0; index < weights; index += 1) {
    store<f32>(at(scratch, index), Mathf.exp(<f32>2 * load<f32>(at(logStandardDeviations, index))));
  }
  for (let row = 0; row < rows; row += 1) {
    const first = at(features, row * featureSize);
    const end = at(first, featureSize);
    let sum: f32 = 0;
    for (let k = 0; k < size; k += 1) {
      let variance: f32 = VARIANCE_FLOOR;
      let weight = at(scratch, k);
      for (let feature = first; feature < end; feature += 4) {
        const phi = load<f32>(feature);
        variance += phi * phi * load<f32>(weight);
        weight += stride;
      }
      const index = row * size + k;
      const deviation = sqrt<f32>(variance);
      const z = (load<f32>(at(actions, index)) - load<f32>(at(means, index))) / deviation;
      sum -= <f32>0.5 * z * z + Mathf.log(deviation) + HALF_LOG_TWO_PI;
    }
    store<f32>(at(target, row), sum);
  }
}
