// What an environment receives of an action: its nearest point in the action space. The policy's own action stays as it
// was sampled, since the log-probability of a clipped one would be another.
import type { ActionSpace } from './space.ts';

/** Clips rows of actions into a row of its own; create one with `createActionClipper`. */
export interface ActionClipper {
  /** The clipped action of the last call. */
  readonly action: Float32Array;
  clip(actions: Float32Array, offset: number): void;
}

/** Null where every action is in the space anyway. */
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
