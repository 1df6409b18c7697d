// Gaussian policy with standard deviations that do not depend on the state: one learned number for each action element.
import { NO_ADDRESS, offsetBy } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { DeviationPlacement, Policy, PolicyRows } from './policy.ts';

/** Makes the kernel take the means instead of drawing. */
const NO_NOISE = NO_ADDRESS;

export function createGaussianPolicy(
  plan: KernelMemoryPlan,
  size: number,
  placement: PolicyRows & DeviationPlacement,
): Policy {
  const { outputs, outputGradient, capacity, logStandardDeviations, logStandardDeviationGradient } =
    placement;
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
      kernels.gaussianAct(
        offsetBy(outputs, offset),
        logStandardDeviations,
        offsetBy(noise, offset),
        offsetBy(actions, offset),
        rows,
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
      kernels.gaussianLogProbability(outputs, logStandardDeviations, actions, target, rows, size);
    },
    gradient(kernels, { advantages, losses, entropyCoefficient }, rows) {
      kernels.gaussianGradient(
        outputs,
        logStandardDeviations,
        actions,
        advantages,
        outputGradient,
        logStandardDeviationGradient,
        losses,
        rows,
        size,
        entropyCoefficient,
      );
    },
  };
}
