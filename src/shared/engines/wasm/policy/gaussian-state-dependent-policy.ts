// Gaussian policy whose standard deviations are computed by the network: softplus(x) plus a minimum, so that they never
// vanish. A row of outputs has the means of all action elements, then their x.
import { NO_ADDRESS, offsetBy, type Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { Policy, PolicyGradientTargets, PolicyRows } from './policy.ts';

/** Makes the kernel take the means instead of drawing. */
const NO_NOISE = NO_ADDRESS;

export interface GaussianStateDependentPlacement extends PolicyRows {
  readonly minimumStandardDeviation: number;
}

/** Addresses of a policy's rows. */
interface GaussianStateDependentRows extends GaussianStateDependentPlacement {
  readonly size: number;
  readonly actions: Address;
}

export function createGaussianStateDependentPolicy(
  plan: KernelMemoryPlan,
  size: number,
  placement: GaussianStateDependentPlacement,
): Policy {
  const actions = plan.reserve(placement.capacity * size);
  const noise = plan.reserve(placement.capacity * size);
  const memory = { ...placement, size, actions };
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
      const { outputs, minimumStandardDeviation: minimum } = placement;
      kernels.gaussianStateDependentLogProbability(outputs, actions, target, rows, size, minimum);
    },
    gradient(kernels, targets, rows) {
      writeGradient(kernels, memory, targets, rows);
    },
  };
}

function chooseActions(
  kernels: Kernels,
  { outputs, actions, size, minimumStandardDeviation }: GaussianStateDependentRows,
  noise: Address,
  firstRow: number,
  rows: number,
): void {
  const offset = firstRow * size;
  kernels.gaussianStateDependentAct(
    offsetBy(outputs, 2 * offset),
    noise,
    offsetBy(actions, offset),
    rows,
    size,
    minimumStandardDeviation,
  );
}

function writeGradient(
  kernels: Kernels,
  memory: GaussianStateDependentRows,
  { advantages, losses, entropyCoefficient }: PolicyGradientTargets,
  rows: number,
): void {
  kernels.gaussianStateDependentGradient(
    memory.outputs,
    memory.actions,
    advantages,
    memory.outputGradient,
    losses,
    rows,
    memory.size,
    memory.minimumStandardDeviation,
    entropyCoefficient,
  );
}
