// A policy turns network outputs into actions and a loss into their gradient. Policies hold no state of their own:
// they know where their rows are in kernel memory.
import type { Address } from '../kernels/address.ts';
import type { Kernels } from '../kernels/kernels.ts';

/** A distribution over actions for each row of policy outputs. */
export interface Policy {
  /** Rows of actions, as environments take them. */
  readonly actions: Address;
  /** Numbers in one action. */
  readonly actionSize: number;
  /**
   * Rows of random numbers that `sample` consumes, `noiseSize` a row: uniform in [0, 1), standard normal, or exploration
   * noise that is added to the actions.
   */
  readonly noise: Address;
  readonly noiseType: 'uniform' | 'normal' | 'exploration';
  readonly noiseSize: number;
  /**
   * Null where every row has random numbers of its own; otherwise each environment's row of them serves so many steps,
   * and `prepare` must follow whenever they or the parameters have changed.
   */
  readonly stepsPerDraw: number | null;
  prepare?(kernels: Kernels, environments: number): void;
  /** Rows of 1 (allowed) or 0, one number per discrete action; null without a mask. */
  readonly mask: Address | null;
  readonly maskSize: number;
  /** Draws actions for rows whose outputs are computed. */
  sample(kernels: Kernels, firstRow: number, rows: number): void;
  /** Chooses the most probable actions. */
  chooseMode(kernels: Kernels, firstRow: number, rows: number): void;
  /**
   * Writes log π of the actions of rows 0 … rows−1, whose outputs are computed, to `target`, and prepares what `gradient`
   * reads. A deterministic policy has none.
   */
  logProbability?(kernels: Kernels, target: Address, rows: number): void;
  /**
   * Gradient of the policy loss of rows 0 … rows−1 by the outputs. Writes to losses: 0 the policy loss, 1 the entropy,
   * and Gaussian policies 3 the mean of their means and 4 of their standard deviations.
   */
  gradient(kernels: Kernels, targets: PolicyGradientTargets, rows: number): void;
}

export interface PolicyGradientTargets {
  readonly advantages: Address;
  readonly losses: Address;
  readonly entropyCoefficient: number;
}

/** Where a policy reads outputs and writes gradients. */
export interface PolicyRows {
  readonly outputs: Address;
  readonly outputGradient: Address;
  readonly capacity: number;
}

/** Where a Gaussian policy's own parameters, the logarithms of standard deviations, and their gradient stand. */
export interface DeviationPlacement {
  readonly logStandardDeviations: Address;
  readonly logStandardDeviationGradient: Address;
}
