// The categorical policy: one logit per discrete action, forbidden actions masked out before the softmax.
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Policy, PolicyPlacement } from './policy.ts';

const FLOAT_BYTES = 4;

export function createCategoricalPolicy(
  plan: KernelMemoryPlan,
  count: number,
  placement: PolicyPlacement,
): Policy {
  const { outputs, outputGradient, capacity, hasMask } = placement;
  const logProbabilities = plan.reserve(capacity * count);
  const actions = plan.reserve(capacity);
  const noise = plan.reserve(capacity);
  const mask = hasMask ? plan.reserve(capacity * count) : null;
  const rowBytes = count * FLOAT_BYTES;
  return {
    actions,
    actionSize: 1,
    noise,
    noiseSize: 1,
    mask,
    maskSize: count,
    sample(kernels, firstRow, rows) {
      const offset = firstRow * rowBytes;
      const maskAddress = mask === null ? 0 : mask + offset;
      kernels.categoricalLogProbabilities(
        outputs + offset,
        maskAddress,
        logProbabilities + offset,
        rows,
        count,
      );
      const rowOffset = firstRow * FLOAT_BYTES;
      kernels.categoricalSample(
        logProbabilities + offset,
        noise + rowOffset,
        actions + rowOffset,
        rows,
        count,
      );
    },
    chooseMode(kernels, firstRow, rows) {
      const offset = firstRow * rowBytes;
      const maskAddress = mask === null ? 0 : mask + offset;
      kernels.categoricalLogProbabilities(
        outputs + offset,
        maskAddress,
        logProbabilities + offset,
        rows,
        count,
      );
      kernels.categoricalMode(logProbabilities + offset, actions + firstRow * FLOAT_BYTES, rows, count);
    },
    gradient(kernels, { advantages, losses, entropyCoefficient }, rows) {
      kernels.categoricalGradient(
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
