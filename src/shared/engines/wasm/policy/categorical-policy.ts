// The categorical policies: logits for one discrete choice or several independent ones, whose log-probabilities add up;
// forbidden alternatives are masked out before the softmax.
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { Policy, PolicyRows } from './policy.ts';

const FLOAT_BYTES = 4;
/** Instead of drawing, the kernel then takes the most probable action. */
const NO_UNIFORMS = 0;
/** The kernel then computes the distribution alone. */
const NO_CHOICE = 0;

/** One choice: its number of alternatives, and how many come before them in a row of logits. */
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
    choices.push({ count, offset: stride * FLOAT_BYTES });
    stride += count;
  }
  const size = choices.length;
  const probabilities = plan.reserve(capacity * stride);
  const logProbabilities = plan.reserve(capacity * stride);
  const actions = plan.reserve(capacity * size);
  const noise = plan.reserve(capacity * size);
  const mask = hasMask ? plan.reserve(capacity * stride) : null;
  const act = (kernels: Kernels, firstRow: number, rows: number, uniforms: number): void => {
    for (let index = 0; index < size; index += 1) {
      const { count, offset } = choices[index]!;
      const logits = firstRow * stride * FLOAT_BYTES + offset;
      const chosen = (firstRow * size + index) * FLOAT_BYTES;
      kernels.categoricalAct(
        outputs + logits,
        mask === null ? 0 : mask + logits,
        uniforms === NO_UNIFORMS ? NO_UNIFORMS : uniforms + chosen,
        probabilities + logits,
        logProbabilities + logits,
        actions + chosen,
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
          outputs + offset,
          mask === null ? 0 : mask + offset,
          NO_UNIFORMS,
          probabilities + offset,
          logProbabilities + offset,
          NO_CHOICE,
          rows,
          count,
          stride,
          size,
        );
        const chosen = actions + index * FLOAT_BYTES;
        kernels.categoricalLogProbability(
          logProbabilities + offset,
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
          probabilities + offset,
          logProbabilities + offset,
          actions + index * FLOAT_BYTES,
          advantages,
          outputGradient + offset,
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
