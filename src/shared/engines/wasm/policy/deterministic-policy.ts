// Deterministic policy: one action for each state, plus exploration noise from outside. Actions for environments are
// always inside the action space.
import { NO_ADDRESS, offsetBy } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { BoxSpace } from '../../../spaces/space.ts';
import { ActionMapping } from './action-mapping.ts';
import type { Policy, PolicyRows } from './policy.ts';
import type { DeterministicPolicySpec } from '../../../policy/policy-spec.ts';

const NO_NOISE = NO_ADDRESS;

/** Its noise rows are exploration noise in units of the actions, which the algorithm draws. */
export function createDeterministicPolicy(
  plan: KernelMemoryPlan,
  spec: DeterministicPolicySpec,
  space: BoxSpace,
  { outputs, capacity }: PolicyRows,
): Policy {
  const size = space.low.length;
  const actions = plan.reserve(capacity * size);
  const noise = plan.reserve(capacity * size);
  const mapping = new ActionMapping(spec, space);
  return {
    actions,
    actionSize: size,
    noise,
    noiseType: 'exploration',
    noiseSize: size,
    stepsPerDraw: null,
    mask: null,
    maskSize: 0,
    sample(kernels, firstRow, rows) {
      const offset = firstRow * size;
      mapping.writeActions(
        kernels,
        offsetBy(outputs, offset),
        offsetBy(noise, offset),
        offsetBy(actions, offset),
        rows,
      );
    },
    chooseMode(kernels, firstRow, rows) {
      const offset = firstRow * size;
      mapping.writeActions(kernels, offsetBy(outputs, offset), NO_NOISE, offsetBy(actions, offset), rows);
    },
    gradient() {
      throw new RangeError(
        'a deterministic policy has no probabilities: its gradient comes through a critic',
      );
    },
  };
}
