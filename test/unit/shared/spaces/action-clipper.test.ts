import { describe, expect, it } from 'vitest';
import { createActionClipper } from '../../../../src/shared/spaces/action-clipper.ts';
import { createBoxSpace } from '../../../../src/shared/spaces/space.ts';

describe('the action clipper', () => {
  it('gives the nearest action in the space and leaves the rows alone', () => {
    const space = { type: 'box', shape: [2], low: [-1, 0], high: [1, Infinity] } as const;
    const clipper = createActionClipper(space);
    const actions = Float32Array.of(9, 9, -3, -0.5, 0.25, 700);
    clipper?.clip(actions, 2);
    expect([...(clipper?.action ?? [])]).toEqual([-1, 0]);
    clipper?.clip(actions, 4);
    expect([...(clipper?.action ?? [])]).toEqual([0.25, 700]);
    expect([...actions]).toEqual([9, 9, -3, -0.5, 0.25, 700]);
  });

  it('is not needed where every action is in the space', () => {
    expect(createActionClipper({ type: 'discrete', n: 3 })).toBeNull();
    expect(createActionClipper(createBoxSpace([2], -Infinity, Infinity))).toBeNull();
  });
});
