// Reader of the actions that a network has chosen.
import { createActionClipper } from '../shared/spaces/action-clipper.ts';
import { flatSize, type ActionSpace } from '../shared/spaces/space.ts';
import type { PolicyAction } from './policy.ts';

/**
 * Returns the action at `actions[offset…]`, inside the action space; null if the observation was too large to compute one.
 */
export type ActionReader = (actions: Float32Array, offset: number) => PolicyAction | null;

export function createActionReader(actionSpace: ActionSpace): ActionReader {
  const size = flatSize(actionSpace);
  switch (actionSpace.type) {
    case 'discrete':
      return (actions, offset) => actions[offset] ?? 0;
    case 'multiDiscrete':
      return (actions, offset) => Array.from(actions.subarray(offset, offset + size));
    case 'box': {
      const { low, high } = actionSpace;
      const clipper = createActionClipper(actionSpace);
      return (actions, offset) => {
        clipper?.clip(actions, offset);
        const source = clipper?.action ?? actions.subarray(offset, offset + size);
        // Bounds in 32 bits may be a little outside of the space.
        const action = Array.from(source, (element, index) =>
          Math.min(Math.max(element, low[index] ?? element), high[index] ?? element),
        );
        return action.every(Number.isFinite) ? action : null;
      };
    }
  }
}
