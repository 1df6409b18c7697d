// Loss of the critic: the temporal difference to a target that is held constant.

/**
 * Computes the one-step targets of a batch: y = r + γ·Q′(s′, μ′(s′)), or y = r if the environment terminated the
 * episode.
 */
export function computeTargets(
  batch: {
    readonly rewards: Float32Array;
    readonly continuations: Float32Array;
    readonly nextValues: Float32Array;
  },
  discount: number,
  out: Float32Array,
): Float32Array {
  const { rewards, continuations, nextValues } = batch;
  for (let row = 0; row < out.length; row += 1) {
    out[row] = rewards[row]! + discount * continuations[row]! * nextValues[row]!;
  }
  return out;
}

/**
 * Computes the gradient with respect to Q of the mean of h(Q − y), where h(x) = x²/2 up to the threshold and
 * threshold·(|x| − threshold/2) beyond (Huber 1964). With a threshold of null, h(x) = x²/2 everywhere. Returns the
 * loss.
 */
export function differentiateCriticLoss(
  { values, targets }: { readonly values: Float32Array; readonly targets: Float32Array },
  threshold: number | null,
  out: Float32Array,
): number {
  const limit = threshold ?? Number.POSITIVE_INFINITY;
  const rows = targets.length;
  let sum = 0;
  for (let row = 0; row < rows; row += 1) {
    const difference = values[row]! - targets[row]!;
    const distance = Math.abs(difference);
    sum += distance <= limit ? (difference * difference) / 2 : limit * (distance - limit / 2);
    out[row] = Math.min(Math.max(difference, -limit), limit) / rows;
  }
  return sum / rows;
}
