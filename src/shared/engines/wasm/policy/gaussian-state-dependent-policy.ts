// Gaussian policy whose standard deviations are computed by the network: softplus(x) plus a minimum, so that they never
// vanish. A row of outputs has the means of all action elements, then their x.
import { NO_ADDRESS, offsetBy } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Policy, PolicyRows } from './policy.ts';

/** Makes the kernel take the means instead of drawing. */
const NO_NOISE = NO_ADDRESS;

export interface GaussianStateDependentPlacement extends PolicyRows {
  readonly minimumStandardDeviation: number;
}

export function createGaussianStateDependentPolicy(
  plan: KernelMemoryPlan,
  size: number,
  placement: GaussianStateDependentPlacement,
): Policy {
  const { outputs, outputGradient, capacity, minimumStandardDeviation } = placement;
  const actions = plan.reserve(capacity * size);
  const noise = plan.reserve(capacity * size);
  return {
    actions,
    actionSize: size,
    noise,
    noiseType: 'normal',
    noiseSize: size,
    stepsPerDraw: null,
    mask: null,
    maskSize: 0,
    sample(kernels, firstRow, rows) {
      const offset = firstRow * size;
      const from = offsetBy(outputs, 2 * offset);
      kernels.gaussianStateDependentAct(
        from,
        offsetBy(noise, offset),
        offsetBy(actions, offset),
        rows,
        size,
        minimumStandardDeviation,
      );
    },
    chooseMode(kernels, firstRow, rows) {
      const offset = firstRow * size;
      const from = offsetBy(outputs, 2 * offset);
      kernels.gaussianStateDependentAct(
        from,
        NO_NOISE,
        offsetBy(actions, offset),
        rows,
        size,
        minimumStandardDeviation,
      );
    },
    logProbability(kernels, target, rows) {
      kernels.gaussianStateDependentLogProbability(
        outputs,
        actions,
        target,
        rows,
        size,
        minimumStandardDeviation,
      );
    },
    gradient(kernels, { advantages, losses, entropyCoefficient }, rows) {
      kernels.gaussianStateDependentGradient(
        outputs,
        actions,
        advantages,
        outputGradient,
        losses,
        rows,
        size,
        minimumStandardDeviation,
        entropyCoefficient,
      );
    },
  };
}
