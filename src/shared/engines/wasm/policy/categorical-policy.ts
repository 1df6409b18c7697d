// Categorical policies: logits for one discrete choice or several independent ones, whose log-probabilities are added.
// Forbidden alternatives are masked before the softmax.
import { NO_ADDRESS, offsetBy, type Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { Policy, PolicyGradientTargets, PolicyRows } from './policy.ts';

/** Makes the kernel take the most probable action instead of drawing one. */
const NO_UNIFORMS = NO_ADDRESS;
/** Makes the kernel compute only the distribution. */
const NO_CHOICE = NO_ADDRESS;

/** One choice: its number of alternatives, and its offset in a row of logits. */
interface Choice {
  readonly count: number;
  readonly offset: number;
}

/** Addresses of a policy's rows, and how their numbers are arranged. */
interface CategoricalRows {
  readonly choices: readonly Choice[];
  /** Number of logits in a row. */
  readonly stride: number;
  readonly outputs: Address;
  readonly outputGradient: Address;
  readonly mask: Address | null;
  readonly probabilities: Address;
  readonly logProbabilities: Address;
  readonly actions: Address;
  readonly uniforms: Address;
}

export function createCategoricalPolicy(
  plan: KernelMemoryPlan,
  alternatives: readonly number[],
  options: PolicyRows & { readonly hasMask: boolean },
): Policy {
  const memory = reserveRows(plan, alternatives, options);
  const { actions, uniforms, mask, choices, stride } = memory;
  return {
    actions,
    actionSize: choices.length,
    noise: uniforms,
    noiseType: 'uniform',
    noiseSize: choices.length,
    stepsPerDraw: null,
    mask,
    maskSize: stride,
    sample(kernels, firstRow, rows) {
      chooseActions(kernels, memory, uniforms, firstRow, rows);
    },
    chooseMode(kernels, firstRow, rows) {
      chooseActions(kernels, memory, NO_UNIFORMS, firstRow, rows);
    },
    logProbability(kernels, target, rows) {
      writeLogProbabilities(kernels, memory, target, rows);
    },
    gradient(kernels, targets, rows) {
      writeGradient(kernels, memory, targets, rows);
    },
  };
}

function reserveRows(
  plan: KernelMemoryPlan,
  alternatives: readonly number[],
  { outputs, outputGradient, capacity, hasMask }: PolicyRows & { readonly hasMask: boolean },
): CategoricalRows {
  const choices: Choice[] = [];
  let stride = 0;
  for (const count of alternatives) {
    choices.push({ count, offset: stride });
    stride += count;
  }
  return {
    choices,
    stride,
    outputs,
    outputGradient,
    probabilities: plan.reserve(capacity * stride),
    logProbabilities: plan.reserve(capacity * stride),
    actions: plan.reserve(capacity * choices.length),
    uniforms: plan.reserve(capacity * choices.length),
    mask: hasMask ? plan.reserve(capacity * stride) : null,
  };
}

function chooseActions(
  kernels: Kernels,
  memory: CategoricalRows,
  uniforms: Address,
  firstRow: number,
  rows: number,
): void {
  const { choices, stride, outputs, mask, probabilities, logProbabilities, actions } = memory;
  const size = choices.length;
  for (let index = 0; index < size; index += 1) {
    const { count, offset } = choices[index]!;
    const logits = firstRow * stride + offset;
    const chosen = firstRow * size + index;
    kernels.categoricalAct(
      offsetBy(outputs, logits),
      mask === null ? NO_ADDRESS : offsetBy(mask, logits),
      uniforms === NO_UNIFORMS ? NO_UNIFORMS : offsetBy(uniforms, chosen),
      offsetBy(probabilities, logits),
      offsetBy(logProbabilities, logits),
      offsetBy(actions, chosen),
      rows,
      count,
      stride,
      size,
    );
  }
}

function writeLogProbabilities(
  kernels: Kernels,
  memory: CategoricalRows,
  target: Address,
  rows: number,
): void {
  const { choices, stride, outputs, mask, probabilities, logProbabilities, actions } = memory;
  const size = choices.length;
  for (let index = 0; index < size; index += 1) {
    const { count, offset } = choices[index]!;
    kernels.categoricalAct(
      offsetBy(outputs, offset),
      mask === null ? NO_ADDRESS : offsetBy(mask, offset),
      NO_UNIFORMS,
      offsetBy(probabilities, offset),
      offsetBy(logProbabilities, offset),
      NO_CHOICE,
      rows,
      count,
      stride,
      size,
    );
    const logits = offsetBy(logProbabilities, offset);
    kernels.categoricalLogProbability(logits, offsetBy(actions, index), target, rows, stride, size, index);
  }
}

function writeGradient(
  kernels: Kernels,
  memory: CategoricalRows,
  { advantages, losses, entropyCoefficient }: PolicyGradientTargets,
  rows: number,
): void {
  const { choices, stride, outputGradient, probabilities, logProbabilities, actions } = memory;
  for (let index = 0; index < choices.length; index += 1) {
    const { count, offset } = choices[index]!;
    kernels.categoricalGradient(
      offsetBy(probabilities, offset),
      offsetBy(logProbabilities, offset),
      offsetBy(actions, index),
      advantages,
      offsetBy(outputGradient, offset),
      losses,
      rows,
      count,
      stride,
      choices.length,
      entropyCoefficient,
      index,
    );
  }
}
