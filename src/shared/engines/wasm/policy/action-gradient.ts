// Gradient with respect to an actor's outputs, from the critic's gradient with respect to actions.
import type { BoxSpace } from '../../../spaces/space.ts';

/**
 * Inverts gradients (Hausknecht & Stone 2016, arXiv 1511.04143, section 4.3): a gradient that raises an action is
 * scaled by the share of the range above it, (max − a)/(max − min); one that lowers it by the share below, (a −
 * min)/(max − min). The result shrinks near a bound, is zero at the bound and changes sign beyond. `lossGradient` is
 * ∂L/∂a: a negative one raises a.
 */
export function invertGradient(lossGradient: number, action: number, low: number, high: number): number {
  const room = lossGradient < 0 ? high - action : action - low;
  return (lossGradient * room) / (high - low);
}

/** Rule that turns a gradient with respect to an action into one with respect to the actor's output. */
export type ActionGradientRule = 'linear' | 'inverting' | 'tanh';

export interface ActionGradientRows {
  /** Rows of an observation followed by an action, `pairSize` numbers each. */
  readonly pairs: Float32Array;
  readonly pairGradient: Float32Array;
  readonly pairSize: number;
  readonly observationSize: number;
  readonly rows: number;
}

/** Writes ∂L/∂(actor output) of each row, from ∂L/∂a and the action μ(s) in the critic's input. */
export function writeOutputGradient(
  { pairs, pairGradient, pairSize, observationSize, rows }: ActionGradientRows,
  { rule, space }: { readonly rule: ActionGradientRule; readonly space: BoxSpace },
  out: Float32Array,
): Float32Array {
  const actionSize = pairSize - observationSize;
  for (let row = 0; row < rows; row += 1) {
    for (let index = 0; index < actionSize; index += 1) {
      const place = row * pairSize + observationSize + index;
      const gradient = pairGradient[place]!;
      const action = pairs[place]!;
      const low = space.low[index]!;
      const high = space.high[index]!;
      out[row * actionSize + index] =
        rule === 'linear'
          ? gradient
          : rule === 'tanh'
            ? differentiateTanh(gradient, action, low, high)
            : invertGradient(gradient, action, low, high);
    }
  }
  return out;
}

/** ∂L/∂x for a = center + half·tanh(x): half·(1 − ((a − center)/half)²) = (a − low)·(high − a)/half. */
function differentiateTanh(lossGradient: number, action: number, low: number, high: number): number {
  return (lossGradient * (action - low) * (high - action) * 2) / (high - low);
}
