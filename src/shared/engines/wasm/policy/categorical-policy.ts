// Categorical policies: logits for one discrete choice or several independent ones, whose log-probabilities are added.
// Forbidden alternatives are masked before the softmax.
import { NO_ADDRESS, offsetBy, type Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { Policy, PolicyRows } from './policy.ts';

/** Makes the kernel take the most probable action instead of drawing one. */
const NO_UNIFORMS = NO_ADDRESS;
/** Makes the kernel compute only the distribution. */
const NO_CHOICE = NO_ADDRESS;

/** One choice: its number of alternatives, and its offset in a row of logits. */
interface Choice {
  readonly count: number;
  readonly offset: number;
}

export function createCategoricalPolicy(
  plan: KernelMemoryPlan,
  alternatives: readonly number[],
  { outputs, outputGradient, capacity, hasMask }: PolicyRows & { readonly hasMask: boolean },
): Policy {
  const choices: Choice[] = [];
  let stride = 0;
  for (const count of alternatives) {
    choices.push({ count, offset: stride });
    stride += count;
  }
  const size = choices.length;
  const probabilities = plan.reserve(capacity * stride);
  const logProbabilities = plan.reserve(capacity * stride);
  const actions = plan.reserve(capacity * size);
  const noise = plan.reserve(capacity * size);
  const mask = hasMask ? plan.reserve(capacity * stride) : null;
  const act = (kernels: Kernels, firstRow: number, rows: number, uniforms: Address): void => {
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
  };
  return {
    actions,
    actionSize: size,
    noise,
    noiseType: 'uniform',
    noiseSize: size,
    stepsPerDraw: null,
    mask,
    maskSize: stride,
    sample(kernels, firstRow, rows) {
      act(kernels, firstRow, rows, noise);
    },
    chooseMode(kernels, firstRow, rows) {
      act(kernels, firstRow, rows, NO_UNIFORMS);
    },
    logProbability(kernels, target, rows) {
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
        const chosen = offsetBy(actions, index);
        kernels.categoricalLogProbability(
          offsetBy(logProbabilities, offset),
          chosen,
          target,
          rows,
          stride,
          size,
          index,
        );
      }
    },
    gradient(kernels, { advantages, losses, entropyCoefficient }, rows) {
      for (let index = 0; index < size; index += 1) {
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
          size,
          entropyCoefficient,
          index,
        );
      }
    },
  };
}
