// LSTM kernels against their plain TypeScript references, with units that do not fill vectors and states of all kinds.
import { describe, expect, it } from 'vitest';
import { offsetBy, type Address } from '../../../../../../src/shared/engines/wasm/kernels/address.ts';
import { KernelPair } from '../../../../../fixtures/kernel-pair.ts';

const shapes = [1, 2, 5, 8].flatMap((rows) =>
  [1, 3, 4, 6].flatMap((inputs) => [1, 2, 3, 4, 5, 8, 19].map((units) => ({ rows, inputs, units }))),
);
/** The slot of zeros, three carried ones, and one for each of eight rows. */
const slots = 1 + 3 + 8;

/** Slots that rows go on from: −1 for zeros, every other slot once at most. */
function placePredecessors(pair: KernelPair, rows: number): Address {
  const integers = Array.from({ length: rows }, (_, row) => (row % 3 === 2 ? -1 : (row * 5) % (slots - 1)));
  return pair.placeIntegers(integers);
}

function placeStates(pair: KernelPair, units: number): Address {
  let index = 0;
  return pair.place(slots * units, (random) => (index++ < units ? 0 : random.nextNormal()));
}

describe('lstm kernels', () => {
  it('agree on a step: the state before beside the input, then the cell', () => {
    for (const { rows, inputs, units } of shapes) {
      const pair = new KernelPair(rows * 100 + units);
      const x = pair.place(rows * inputs);
      const hidden = placeStates(pair, units);
      const cells = placeStates(pair, units);
      const joined = pair.place(rows * (inputs + units));
      const gates = pair.place(rows * 4 * units);
      const outputs = pair.place(rows * units);
      const nextCells = pair.place(rows * units);
      const end = pair.place(0);
      const predecessors = placePredecessors(pair, rows);
      pair.run((kernels) => {
        kernels.joinStates(x, hidden, predecessors, joined, rows, inputs, units);
        kernels.lstmCell(gates, cells, predecessors, nextCells, outputs, rows, units);
      });
      pair.expectEqual(x, (end - x) / 4);
    }
  });

  it('agree on the gradient of a step, which adds to that of the states before', () => {
    for (const { rows, units } of shapes) {
      const pair = new KernelPair(rows * 100 + units);
      const gates = pair.place(rows * 4 * units, (random) => random.nextUniform(0.1, 0.9));
      const cells = placeStates(pair, units);
      const ownCells = pair.place(rows * units);
      const hiddenGradient = pair.place(rows * units);
      const cellGradient = pair.place(rows * units);
      const stateGradients = placeStates(pair, units);
      const gateGradient = pair.place(rows * 4 * units);
      const previous = pair.place(rows * units);
      const end = pair.place(0);
      const predecessors = placePredecessors(pair, rows);
      pair.run((kernels) => {
        kernels.lstmCellGradient(
          gates,
          cells,
          predecessors,
          ownCells,
          hiddenGradient,
          cellGradient,
          stateGradients,
          gateGradient,
          rows,
          units,
        );
        kernels.addToStates(previous, stateGradients, predecessors, rows, units);
      });
      pair.expectEqual(gates, (end - gates) / 4);
    }
  });

  it('clear what they are told to and nothing else', () => {
    const pair = new KernelPair(1);
    const x = pair.place(9, () => 3);
    pair.run((kernels) => {
      kernels.clear(offsetBy(x, 1), 7);
    });
    expect(pair.read(x, 9)).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 3]);
    pair.expectEverywhereEqual();
  });
});
