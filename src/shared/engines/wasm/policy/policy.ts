// Interface of a policy: turns network outputs into actions, and a loss into a gradient with respect to the outputs.
// Policies have no state of their own; they know the addresses of their rows in kernel memory.
import type { Address } from '../kernels/address.ts';
import type { Kernels } from '../kernels/kernels.ts';

/** A distribution over actions for each row of policy outputs. */
export interface Policy {
  /** Rows of actions for the environment. */
  readonly actions: Address;
  /** Size of one action. */
  readonly actionSize: number;
  /**
   * Rows of random numbers for `sample`, with `noiseSize` numbers each: uniform in [0, 1), standard normal, or
   * exploration noise that is added to the actions.
   */
  readonly noise: Address;
  readonly noiseType: 'uniform' | 'normal' | 'exploration';
  readonly noiseSize: number;
  /**
   * Null if every row has its own random numbers. Otherwise each environment's row of them is used for this many steps,
   * and `prepare` must be called after they or the parameters have changed.
   */
  readonly stepsPerDraw: number | null;
  prepare?(kernels: Kernels, environments: number): void;
  /** Rows of 1 (allowed) or 0 (forbidden), one number for each discrete action; null without a mask. */
  readonly mask: Address | null;
  readonly maskSize: number;
  /** Draws actions for rows whose outputs have been computed. */
  sample(kernels: Kernels, firstRow: number, rows: number): void;
  /** Chooses the most probable actions. */
  chooseMode(kernels: Kernels, firstRow: number, rows: number): void;
  /**
   * Writes log π of the actions of rows 0 … rows−1, whose outputs have been computed, to `target`, and prepares the
   * inputs of `gradient`. A deterministic policy has no log-probabilities.
   */
  logProbability?(kernels: Kernels, target: Address, rows: number): void;
  /**
   * Computes the gradient of the policy loss of rows 0 … rows−1 with respect to the outputs. Writes to losses: 0 the
   * policy loss, 1 the entropy, and for Gaussian policies 3 the mean of their means and 4 of their standard deviations.
   */
  gradient(kernels: Kernels, targets: PolicyGradientTargets, rows: number): void;
}

export interface PolicyGradientTargets {
  readonly advantages: Address;
  readonly losses: Address;
  readonly entropyCoefficient: number;
}

/** Addresses of a policy's outputs and gradients. */
export interface PolicyRows {
  readonly outputs: Address;
  readonly outputGradient: Address;
  readonly capacity: number;
}

/** Addresses of a Gaussian policy's own parameters (logarithms of standard deviations) and of their gradient. */
export interface DeviationPlacement {
  readonly logStandardDeviations: Address;
  readonly logStandardDeviationGradient: Address;
}
