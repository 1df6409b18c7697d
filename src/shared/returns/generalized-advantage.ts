// Generalized advantage estimation (Schulman et al. 2016, arXiv 1506.02438, eq. 16) over lockstep environments.

/**
 * How a step ended: CONTINUES bootstraps from the next row, TERMINATED from 0, TRUNCATED from V(final observation). An
 * INTERRUPTED step was not taken: nothing is learned from it, and the step before bootstraps from its row.
 */
export const CONTINUES = 0;
export const TERMINATED = 1;
export const TRUNCATED = 2;
export const INTERRUPTED = 3;

/** A rollout of `steps` × `environments`; row t·environments + e is step t of environment e. */
export interface RolloutReturns {
  readonly steps: number;
  readonly environments: number;
  readonly rewards: Float32Array;
  /** CONTINUES, TERMINATED, TRUNCATED or INTERRUPTED per row. */
  readonly ends: Uint8Array;
  /** V of each row, of the `environments` rows after the last step, and of the final observations of truncated episodes. */
  readonly values: Float32Array;
  /** Where `ends` is TRUNCATED: the row of `values` that holds V(final observation). */
  readonly finalRows: Int32Array;
}

export interface AdvantageTargets {
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
}

/**
 * δₜ = rₜ + γ·V(sₜ₊₁) − V(sₜ),  Aₜ = δₜ + γλ·Aₜ₊₁ (cut at episode ends),  Rₜ = Aₜ + V(sₜ).
 * λ = 1 gives the n-step return of the A3C paper (Mnih et al. 2016, algorithm S3).
 */
export function estimateAdvantages(
  rollout: RolloutReturns,
  { discount, gaeLambda }: { readonly discount: number; readonly gaeLambda: number },
  out: AdvantageTargets,
): AdvantageTargets {
  const { steps, environments, rewards, ends, values, finalRows } = rollout;
  const { advantages, returns } = out;
  const decay = discount * gaeLambda;
  for (let environment = 0; environment < environments; environment += 1) {
    let advantage = 0;
    for (let row = (steps - 1) * environments + environment; row >= 0; row -= environments) {
      const end = ends[row]!;
      const value = values[row]!;
      const nextRow = end === TRUNCATED ? finalRows[row]! : row + environments;
      const valueNext = end === TERMINATED ? 0 : values[nextRow]!;
      const delta = rewards[row]! + discount * valueNext - value;
      if (end === INTERRUPTED) advantage = 0;
      else advantage = end === CONTINUES ? delta + decay * advantage : delta;
      advantages[row] = advantage;
      returns[row] = advantage + value;
    }
  }
  return out;
}
