// The Gaussian policy with standard deviations that do not depend on the state: one learned number per action element.
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { DeviationPlacement, Policy, PolicyRows } from './policy.ts';

const FLOAT_BYTES = 4;
/** Instead of drawing, the kernel then takes the means. */
const NO_NOISE = 0;

export function createGaussianPolicy(
  plan: KernelMemoryPlan,
  size: number,
  placement: PolicyRows & DeviationPlacement,
): Policy {
  const { outputs, outputGradient, capacity, logStandardDeviations, logStandardDeviationGradient } =
    placement;
  const actions = plan.reserve(capacity * size);
  const noise = plan.reserve(capacity * size);
  const rowBytes = size * FLOAT_BYTES;
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
      const offset = firstRow * rowBytes;
      kernels.gaussianAct(
        outputs + offset,
        logStandardDeviations,
        noise + offset,
        actions + offset,
        rows,
        size,
      );
    },
    chooseMode(kernels, firstRow, rows) {
      const offset = firstRow * rowBytes;
      kernels.gaussianAct(outputs + offset, logStandardDeviations, NO_NOISE, actions + offset, rows, size);
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
