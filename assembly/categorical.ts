// Categorical policy: sampling of actions, and the gradient of its loss. Rows are processed four actions at a time;
// lanes beyond the last action count as forbidden.
import { storeLanes } from './lanes';
import { at, exponential4, sumLanes } from './simd';

/** Logit of a forbidden action: its probability is exactly 0. */
const FORBIDDEN: f32 = -1e9;

/** Mask of the lanes that hold actions, in the vector that starts at `action`. */
// @ts-ignore: decorator
@inline
function validLanes(action: i32, actions: i32): v128 {
  return i32x4.lt_s(i32x4.add(i32x4.splat(action), i32x4(0, 1, 2, 3)), i32x4.splat(actions));
}

// @ts-ignore: decorator
@inline
function loadLogits(logits: usize, mask: usize, index: i32, valid: v128): v128 {
  let allowed = valid;
  if (mask) allowed = v128.and(allowed, f32x4.ne(v128.load(at(mask, index)), f32x4.splat(0)));
  return v128.bitselect(v128.load(at(logits, index)), f32x4.splat(FORBIDDEN), allowed);
}

/** Lane-wise eˣ that is exactly 0 if x is far below the float range, as for forbidden actions. */
// @ts-ignore: decorator
@inline
function probability4(x: v128): v128 {
  return v128.and(exponential4(x), f32x4.gt(x, f32x4.splat(-87)));
}

// @ts-ignore: decorator
@inline
function largestLane(x: v128): f32 {
  return max(
    max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}

/**
 * Computes softmax and log-softmax of each row of logits[rows, actions], and one chosen action for each row. It is
 * drawn by inverting the cumulative distribution at uniforms[rows] in [0, 1); with address 0 for `uniforms`, it is the
 * most probable action, the first on ties. With address 0 for `chosen`, none is chosen. `mask` has 1 or 0 for each
 * logit; address 0: no mask. Rows of logits, masks and probabilities are `stride` numbers apart, rows of uniforms and
 * chosen actions `choices`, because several distributions may share a row.
 */
export function categoricalAct(
  logits: usize, mask: usize, uniforms: usize, probabilities: usize, logProbabilities: usize, chosen: usize,
  rows: i32, actions: i32, stride: i32, choices: i32,
): void {
  for (let row = 0; row < rows; row += 1) {
    const base = row * stride;
    let peaks = f32x4.splat(FORBIDDEN);
    for (let action = 0; action < actions; action += 4) {
      peaks = f32x4.pmax(peaks, loadLogits(logits, mask, base + action, validLanes(action, actions)));
    }
    const peak = largestLane(peaks);
    let sums = f32x4.splat(0);
    for (let action = 0; action < actions; action += 4) {
      const shifted = f32x4.sub(
        loadLogits(logits, mask, base + action, validLanes(action, actions)),
        f32x4.splat(peak),
      );
      const weights = v128.and(probability4(shifted), validLanes(action, actions));
      sums = f32x4.add(sums, weights);
      storeLanes(at(probabilities, base + action), weights, actions - action);
      storeLanes(at(logProbabilities, base + action), shifted, actions - action);
    }
    const sum = sumLanes(sums);
    if (chosen) {
      choose(at(probabilities, base), uniforms ? load<f32>(at(uniforms, row * choices)) * sum : -1, at(chosen, row * choices), actions);
    }
    const inverse = f32x4.splat(<f32>1 / sum);
    const logSum = f32x4.splat(Mathf.log(sum));
    for (let action = 0; action < actions; action += 4) {
      const count = actions - action;
      const p = at(probabilities, base + action);
      storeLanes(p, f32x4.mul(v128.load(p), inverse), count);
      const logP = at(logProbabilities, base + action);
      storeLanes(logP, f32x4.sub(v128.load(logP), logSum), count);
    }
  }
}

/**
 * Returns the action at which the cumulative weights pass `threshold`, or the one with the largest weight if the
 * threshold is negative.
 */
// @ts-ignore: decorator
@inline
function choose(weights: usize, threshold: f32, chosen: usize, actions: i32): void {
  let choice = 0;
  if (threshold < 0) {
    for (let action = 1; action < actions; action += 1) {
      if (load<f32>(at(weights, action)) > load<f32>(at(weights, choice))) choice = action;
    }
  } else {
    let remaining = threshold;
    for (let action = 0; action < actions; action += 1) {
      const weight = load<f32>(at(weights, action));
      // Rounding may leave a remainder past the end; then the last action with a weight is chosen.
      if (weight > 0) {
        choice = action;
        remaining -= weight;
        if (remaining < 0) break;
      }
    }
  }
  store<f32>(chosen, <f32>choice);
}

/**
 * Gradient of mean(−log π(a)·A) − entropyCoefficient·mean(H) with respect to the logits. With p = softmax(logits):
 * ∂/∂logitₖ = (A·(pₖ − 1[k = a]) + entropyCoefficient·pₖ·(log pₖ + H)) / rows.
 * Writes policy loss and entropy, the two means, to losses[0] and losses[1]; adds them if `accumulate` is not 0.
 * Strides are as in categoricalAct.
 */
export function categoricalGradient(
  probabilities: usize, logProbabilities: usize, chosen: usize, advantages: usize, gradient: usize, losses: usize,
  rows: i32, actions: i32, stride: i32, choices: i32, entropyCoefficient: f32, accumulate: i32,
): void {
  const scale: f32 = <f32>1 / <f32>rows;
  let lossSum: f32 = 0;
  let entropySum: f32 = 0;
  for (let row = 0; row < rows; row += 1) {
    const base = row * stride;
    const action = <i32>load<f32>(at(chosen, row * choices));
    const advantage = load<f32>(at(advantages, row));
    lossSum -= load<f32>(at(logProbabilities, base + action)) * advantage;
    let entropy: f32 = 0;
    for (let k = base; k < base + actions; k += 1) {
      entropy -= load<f32>(at(probabilities, k)) * load<f32>(at(logProbabilities, k));
    }
    entropySum += entropy;
    for (let k = base; k < base + actions; k += 1) {
      const probability = load<f32>(at(probabilities, k));
      const entropySlope = probability * (load<f32>(at(logProbabilities, k)) + entropy);
      store<f32>(at(gradient, k), (advantage * probability + entropyCoefficient * entropySlope) * scale);
    }
    const hit = at(gradient, base + action);
    store<f32>(hit, load<f32>(hit) - advantage * scale);
  }
  store<f32>(losses, (accumulate ? load<f32>(losses) : 0) + lossSum * scale);
  store<f32>(losses, (accumulate ? load<f32>(losses, 4) : 0) + entropySum * scale, 4);
}

/**
 * target[rows] = log π(chosen), read from the log-softmax of categoricalAct; added to `target` if `accumulate` is not
 * 0, because the choices of a row are independent. Strides are as in categoricalAct.
 */
export function categoricalLogProbability(
  logProbabilities: usize, chosen: usize, target: usize,
  rows: i32, stride: i32, choices: i32, accumulate: i32,
): void {
  for (let row = 0; row < rows; row += 1) {
    const action = <i32>load<f32>(at(chosen, row * choices));
    const to = at(target, row);
    store<f32>(to, (accumulate ? load<f32>(to) : 0) + load<f32>(at(logProbabilities, row * stride + action)));
  }
}
