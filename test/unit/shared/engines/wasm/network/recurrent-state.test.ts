import { describe, expect, it } from 'vitest';
import { offsetBy } from '../../../../../../src/shared/engines/wasm/kernels/address.ts';
import { KernelMemoryPlan } from '../../../../../../src/shared/engines/wasm/kernels/kernel-memory.ts';
import { RecurrentState } from '../../../../../../src/shared/engines/wasm/network/recurrent-state.ts';

/** Two environments, six rows, one layer of three units whose state after row r is all 10·(r + 1), its cell the negative. */
function createState() {
  const plan = new KernelMemoryPlan();
  const state = new RecurrentState(plan, 6, 2);
  const { hidden, cell, rowsOffset } = state.reserveSlots(3);
  const memory = plan.build();
  for (let row = 0; row < 6; row += 1) {
    for (const [address, sign] of [[hidden, 1] as const, [cell, -1] as const]) {
      memory.view(offsetBy(address, rowsOffset + 3 * row), 3).fill(sign * 10 * (row + 1));
    }
  }
  return { state, readPredecessors: () => [...memory.viewIntegers(state.predecessorsAddress, 6)] };
}

describe('what a network remembers', () => {
  it('begins as zeros, which the first rows go on from', () => {
    const { state, readPredecessors } = createState();
    expect([...state.getCarried()]).toEqual(Array<number>(12).fill(0));
    expect(readPredecessors().slice(0, 2)).toEqual([0, 1]);
  });

  it('is carried into the next rollout, and forgotten where an episode ended', () => {
    const { state } = createState();
    state.carry(0, 4);
    state.carry(1, 5);
    expect([...state.getCarried()]).toEqual([50, 50, 50, 60, 60, 60, -50, -50, -50, -60, -60, -60]);
    state.carry(1, null);
    expect([...state.getCarried()]).toEqual([50, 50, 50, 0, 0, 0, -50, -50, -50, 0, 0, 0]);
  });

  it('can be read and put back', () => {
    const { state } = createState();
    const carried = Float32Array.from({ length: 12 }, (_, index) => index);
    state.setCarried(carried);
    expect(state.getCarried()).toEqual(carried);
    expect(() => {
      state.setCarried(new Float32Array(11));
    }).toThrow(RangeError);
  });

  it('says which rows may be computed together, forwards and backwards', () => {
    const { state, readPredecessors } = createState();
    [0, null, 2, null].forEach((previousRow, index) => {
      state.follow(2 + index, previousRow);
    });
    expect(readPredecessors()).toEqual([0, 1, 2, -1, 4, -1]);
    expect(state.findGroupEnd(0, 6)).toBe(2);
    expect(state.findGroupEnd(2, 6)).toBe(4);
    expect(state.findGroupEnd(4, 6)).toBe(6);
    expect(state.findGroupEnd(0, 1)).toBe(1);
    expect(state.findGroupStart(6)).toBe(3);
    expect(state.findGroupStart(3)).toBe(1);
    expect(state.findGroupStart(1)).toBe(0);
  });
});
