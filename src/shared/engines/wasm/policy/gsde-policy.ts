// Generalized state-dependent exploration (Raffin, Kober & Stulp 2021, arXiv 2005.05719): a Gaussian policy whose noise
// is a linear function of the last hidden layer, with weights that are drawn only at intervals. Between draws the same
// state has the same noise, so exploration is smooth and continues long enough in one direction.
import { NO_ADDRESS, offsetBy, type Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { DeviationPlacement, Policy, PolicyGradientTargets, PolicyRows } from './policy.ts';

/** Makes the kernel take the means instead of drawing. */
const NO_NOISE = NO_ADDRESS;

export interface GsdePlacement extends PolicyRows, DeviationPlacement {
  /** Rows of the last hidden layer's outputs, `featureSize` numbers each. */
  readonly features: Address;
  readonly featureSize: number;
  readonly environments: number;
  readonly stepsPerDraw: number;
}

/** Addresses of a policy's rows and noise. */
interface GsdeRows extends GsdePlacement {
  readonly size: number;
  readonly actions: Address;
  readonly noise: Address;
  /** Mean of the noise weights. */
  readonly zeros: Address;
  readonly weights: Address;
  readonly scratch: Address;
}

export function createGsdePolicy(plan: KernelMemoryPlan, size: number, placement: GsdePlacement): Policy {
  const memory = reserveRows(plan, size, placement);
  const { actions, noise, logStandardDeviations } = memory;
  const weightSize = placement.featureSize * size;
  return {
    actions,
    actionSize: size,
    noise,
    noiseType: 'normal',
    noiseSize: weightSize,
    stepsPerDraw: placement.stepsPerDraw,
    prepare(kernels, rows) {
      kernels.gaussianAct(memory.zeros, logStandardDeviations, noise, memory.weights, rows, weightSize);
    },
    mask: null,
    maskSize: 0,
    sample(kernels, firstRow, rows) {
      drawActions(kernels, memory, firstRow, rows);
    },
    chooseMode(kernels, firstRow, rows) {
      const offset = firstRow * size;
      const means = offsetBy(memory.outputs, offset);
      kernels.gaussianAct(means, logStandardDeviations, NO_NOISE, offsetBy(actions, offset), rows, size);
    },
    logProbability(kernels, target, rows) {
      writeLogProbabilities(kernels, memory, target, rows);
    },
    gradient(kernels, targets, rows) {
      writeGradient(kernels, memory, targets, rows);
    },
  };
}

function reserveRows(plan: KernelMemoryPlan, size: number, placement: GsdePlacement): GsdeRows {
  const { capacity, environments, featureSize } = placement;
  const weightSize = featureSize * size;
  return {
    ...placement,
    size,
    actions: plan.reserve(capacity * size),
    noise: plan.reserve(environments * weightSize),
    zeros: plan.reserve(environments * weightSize),
    weights: plan.reserve(environments * weightSize),
    scratch: plan.reserve(2 * weightSize),
  };
}

function drawActions(kernels: Kernels, memory: GsdeRows, firstRow: number, rows: number): void {
  const { outputs, features, weights, actions, featureSize, size } = memory;
  const offset = firstRow * size;
  kernels.gsdeAct(
    offsetBy(outputs, offset),
    offsetBy(features, firstRow * featureSize),
    weights,
    offsetBy(actions, offset),
    rows,
    featureSize,
    size,
  );
}

function writeLogProbabilities(kernels: Kernels, memory: GsdeRows, target: Address, rows: number): void {
  kernels.gsdeLogProbability(
    memory.outputs,
    memory.features,
    memory.logStandardDeviations,
    memory.actions,
    memory.scratch,
    target,
    rows,
    memory.featureSize,
    memory.size,
  );
}

function writeGradient(
  kernels: Kernels,
  memory: GsdeRows,
  { advantages, losses, entropyCoefficient }: PolicyGradientTargets,
  rows: number,
): void {
  kernels.gsdeGradient(
    memory.outputs,
    memory.features,
    memory.logStandardDeviations,
    memory.actions,
    advantages,
    memory.outputGradient,
    memory.logStandardDeviationGradient,
    memory.scratch,
    losses,
    rows,
    memory.featureSize,
    memory.size,
    entropyCoefficient,
  );
}
