// From the critic's opinion of an action to a gradient by the actor's output.
import type { BoxSpace } from '../../../spaces/space.ts';

/**
 * Inverting gradients (Hausknecht & Stone 2016, arXiv 1511.04143, section 4.3): what would raise an action is scaled by
 * the share of the range above it, (max − a)/(max − min), what would lower it by the share below, (a − min)/(max − min).
 * It shrinks near a bound, vanishes on it and turns round beyond. `lossGradient` is ∂L/∂a: a negative one raises a.
 */
export function invertGradient(lossGradient: number, action: number, low: number, high: number): number {
  const room = lossGradient < 0 ? high - action : action - low;
  return (lossGradient * room) / (high - low);
}

/** How a gradient by an action becomes one by the output it was made from. */
export type ActionGradientRule = 'linear' | 'inverting' | 'tanh';

export interface ActionGradientRows {
  /** Rows of an observation, then an action, `pairSize` numbers each. */
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
            ? throughTanh(gradient, action, low, high)
            : invertGradient(gradient, action, low, high);
    }
  }
  return out;
}

/** ∂L/∂x for a = center + half·tanh(x): half·(1 − ((a − center)/half)²) = (a − low)·(high − a)/half. */
function throughTanh(lossGradient: number, action: number, low: number, high: number): number {
  return (lossGradient * (action - low) * (high - action) * 2) / (high - low);
}
