// The categorical policy: one logit per discrete action, forbidden actions masked out before the softmax.
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { Policy, PolicyRows } from './policy.ts';

const FLOAT_BYTES = 4;
/** Instead of drawing, the kernel then takes the most probable action. */
const NO_UNIFORMS = 0;

export function createCategoricalPolicy(
  plan: KernelMemoryPlan,
  count: number,
  placement: PolicyRows & { readonly hasMask: boolean },
): Policy {
  const { outputs, outputGradient, capacity, hasMask } = placement;
  const probabilities = plan.reserve(capacity * count);
  const logProbabilities = plan.reserve(capacity * count);
  const actions = plan.reserve(capacity);
  const noise = plan.reserve(capacity);
  const mask = hasMask ? plan.reserve(capacity * count) : null;
  const rowBytes = count * FLOAT_BYTES;
  const act = (kernels: Kernels, firstRow: number, rows: number, uniforms: number): void => {
    const offset = firstRow * rowBytes;
    kernels.categoricalAct(
      outputs + offset,
      mask === null ? 0 : mask + offset,
      uniforms,
      probabilities + offset,
      logProbabilities + offset,
      actions + firstRow * FLOAT_BYTES,
      rows,
      count,
    );
  };
  return {
    actions,
    actionSize: 1,
    noise,
    noiseType: 'uniform',
    noiseSize: 1,
    mask,
    maskSize: count,
    sample(kernels, firstRow, rows) {
      act(kernels, firstRow, rows, noise + firstRow * FLOAT_BYTES);
    },
    chooseMode(kernels, firstRow, rows) {
      act(kernels, firstRow, rows, NO_UNIFORMS);
    },
    gradient(kernels, { advantages, losses, entropyCoefficient }, rows) {
      kernels.categoricalGradient(
        probabilities,
        logProbabilities,
        actions,
        advantages,
        outputGradient,
        losses,
        rows,
        count,
        entropyCoefficient,
      );
    },
  };
}
