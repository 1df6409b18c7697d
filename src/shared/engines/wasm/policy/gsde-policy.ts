// Generalized state-dependent exploration (Raffin, Kober & Stulp 2021, arXiv 2005.05719): a Gaussian policy whose noise
// is a linear function of the last hidden layer, with weights that are drawn only at intervals. Between draws the same
// state has the same noise, so exploration is smooth and continues long enough in one direction.
import { NO_ADDRESS, offsetBy, type Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { DeviationPlacement, Policy, PolicyRows } from './policy.ts';

/** Makes the kernel take the means instead of drawing. */
const NO_NOISE = NO_ADDRESS;

export interface GsdePlacement extends PolicyRows, DeviationPlacement {
  /** Rows of the last hidden layer's outputs, `featureSize` numbers each. */
  readonly features: Address;
  readonly featureSize: number;
  readonly environments: number;
  readonly stepsPerDraw: number;
}

export function createGsdePolicy(plan: KernelMemoryPlan, size: number, placement: GsdePlacement): Policy {
  const { outputs, outputGradient, capacity, environments, stepsPerDraw } = placement;
  const { logStandardDeviations, logStandardDeviationGradient, features, featureSize } = placement;
  const weightSize = featureSize * size;
  const actions = plan.reserve(capacity * size);
  const noise = plan.reserve(environments * weightSize);
  /** Mean of the noise weights. */
  const zeros = plan.reserve(environments * weightSize);
  const weights = plan.reserve(environments * weightSize);
  const scratch = plan.reserve(2 * weightSize);
  return {
    actions,
    actionSize: size,
    noise,
    noiseType: 'normal',
    noiseSize: weightSize,
    stepsPerDraw,
    prepare(kernels, rows) {
      kernels.gaussianAct(zeros, logStandardDeviations, noise, weights, rows, weightSize);
    },
    mask: null,
    maskSize: 0,
    sample(kernels, firstRow, rows) {
      const offset = firstRow * size;
      const from = offsetBy(features, firstRow * featureSize);
      kernels.gsdeAct(
        offsetBy(outputs, offset),
        from,
        weights,
        offsetBy(actions, offset),
        rows,
        featureSize,
        size,
      );
    },
    chooseMode(kernels, firstRow, rows) {
      const offset = firstRow * size;
      kernels.gaussianAct(
        offsetBy(outputs, offset),
        logStandardDeviations,
        NO_NOISE,
        offsetBy(actions, offset),
        rows,
        size,
      );
    },
    logProbability(kernels, target, rows) {
      kernels.gsdeLogProbability(
        outputs,
        features,
        logStandardDeviations,
        actions,
        scratch,
        target,
        rows,
        featureSize,
        size,
      );
    },
    gradient(kernels, { advantages, losses, entropyCoefficient }, rows) {
      kernels.gsdeGradient(
        outputs,
        features,
        logStandardDeviations,
        actions,
        advantages,
        outputGradient,
        logStandardDeviationGradient,
        scratch,
        losses,
        rows,
        featureSize,
        size,
        entropyCoefficient,
      );
    },
  };
}
