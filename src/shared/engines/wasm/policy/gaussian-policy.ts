// Gaussian policy with standard deviations that do not depend on the state: one learned number for each action element.
import { NO_ADDRESS, offsetBy, type Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { DeviationPlacement, Policy, PolicyGradientTargets, PolicyRows } from './policy.ts';

/** Makes the kernel take the means instead of drawing. */
const NO_NOISE = NO_ADDRESS;

/** Addresses of a policy's rows. */
interface GaussianRows extends PolicyRows, DeviationPlacement {
  readonly size: number;
  readonly actions: Address;
  readonly noise: Address;
}

export function createGaussianPolicy(
  plan: KernelMemoryPlan,
  size: number,
  placement: PolicyRows & DeviationPlacement,
): Policy {
  const actions = plan.reserve(placement.capacity * size);
  const noise = plan.reserve(placement.capacity * size);
  const memory = { ...placement, size, actions, noise };
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
      chooseActions(kernels, memory, offsetBy(noise, firstRow * size), firstRow, rows);
    },
    chooseMode(kernels, firstRow, rows) {
      chooseActions(kernels, memory, NO_NOISE, firstRow, rows);
    },
    logProbability(kernels, target, rows) {
      const { outputs, logStandardDeviations } = placement;
      kernels.gaussianLogProbability(outputs, logStandardDeviations, actions, target, rows, size);
    },
    gradient(kernels, targets, rows) {
      writeGradient(kernels, memory, targets, rows);
    },
  };
}

function chooseActions(
  kernels: Kernels,
  { outputs, logStandardDeviations, actions, size }: GaussianRows,
  noise: Address,
  firstRow: number,
  rows: number,
): void {
  const offset = firstRow * size;
  kernels.gaussianAct(
    offsetBy(outputs, offset),
    logStandardDeviations,
    noise,
    offsetBy(actions, offset),
    rows,
    size,
  );
}

function writeGradient(
  kernels: Kernels,
  memory: GaussianRows,
  { advantages, losses, entropyCoefficient }: PolicyGradientTargets,
  rows: number,
): void {
  kernels.gaussianGradient(
    memory.outputs,
    memory.logStandardDeviations,
    memory.actions,
    advantages,
    memory.outputGradient,
    memory.logStandardDeviationGradient,
    losses,
    rows,
    memory.size,
    entropyCoefficient,
  );
}
