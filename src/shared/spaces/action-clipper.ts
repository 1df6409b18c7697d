// Clipping of actions to the action space, before an environment receives them. The policy keeps the sampled action,
// because a clipped action has another log-probability.
import type { ActionSpace } from './space.ts';

/** Clips rows of actions into its own row; created by `createActionClipper`. */
export interface ActionClipper {
  /** The clipped action of the last call. */
  readonly action: Float32Array;
  clip(actions: Float32Array, offset: number): void;
}

/** Returns null if every action is already in the space. */
export function createActionClipper(space: ActionSpace): ActionClipper | null {
  if (space.type !== 'box') return null;
  const isBounded = [...space.low, ...space.high].some(Number.isFinite);
  if (!isBounded) return null;
  const low = Float32Array.from(space.low);
  const high = Float32Array.from(space.high);
  const action = new Float32Array(low.length);
  return {
    action,
    clip(actions, offset) {
      for (let index = 0; index < action.length; index += 1) {
        action[index] = Math.min(Math.max(actions[offset + index]!, low[index]!), high[index]!);
      }
    },
  };
}
