import { describe, expect, it } from 'vitest';
import {
  invertGradient,
  writeOutputGradient,
} from '../../../../../../src/shared/engines/wasm/policy/action-gradient.ts';

describe('inverting gradients', () => {
  // The loss falls where the gradient is negative: −1 raises the action, 1 lowers it.
  it.each([
    { does: 'raises by the share of the range above', gradient: -1, action: 1, expected: -0.25 },
    { does: 'lowers by the share of the range below', gradient: 1, action: 1, expected: 0.75 },
    { does: 'does not raise what is at its upper bound', gradient: -1, action: 2, expected: -0 },
    { does: 'does not lower what is at its lower bound', gradient: 1, action: -2, expected: 0 },
    { does: 'turns round what would raise it further above', gradient: -1, action: 3, expected: 0.25 },
    { does: 'turns round what would lower it further below', gradient: 1, action: -4, expected: -0.5 },
    { does: 'draws back from above by more than the full size', gradient: 1, action: 3, expected: 1.25 },
  ])('$does', ({ gradient, action, expected }) => {
    expect(invertGradient(gradient, action, -2, 2)).toBeCloseTo(expected, 12);
  });
});

describe('the gradient by an output', () => {
  const space = { type: 'box', shape: [2], low: [-1, 0], high: [1, 10] } as const;
  /** Two rows of one observation and two elements of an action. */
  const rows = {
    pairs: Float32Array.of(9, 0.5, 2, 9, -0.5, 10),
    pairGradient: Float32Array.of(7, -4, 4, 7, 4, -4),
    pairSize: 3,
    observationSize: 1,
    rows: 2,
  };

  it('is that by the action of a linear output', () => {
    expect([...writeOutputGradient(rows, { rule: 'linear', space }, new Float32Array(4))]).toEqual([
      -4, 4, 4, -4,
    ]);
  });

  it('is scaled by the bounds of each element where gradients are inverted', () => {
    const inverted = writeOutputGradient(rows, { rule: 'inverting', space }, new Float32Array(4));
    [-1, 0.8, 1, 0].forEach((expected, index) => {
      expect(inverted[index]).toBeCloseTo(expected, 6);
    });
  });

  it('goes through tanh, whose slope is half the range in the middle and 0 at the bounds', () => {
    const squashed = writeOutputGradient(rows, { rule: 'tanh', space }, new Float32Array(4));
    // a = tanh(x): 1 − 0.25; a = 5 + 5·tanh(x) = 2: 5·(1 − 0.36).
    [-4 * 0.75, 4 * 3.2, 4 * 0.75, 0].forEach((expected, index) => {
      expect(squashed[index]).toBeCloseTo(expected, 5);
    });
  });
});
