// The LSTM cell in plain TypeScript: what the WebAssembly one is tested against.
import type { Kernels } from './kernels.ts';

type LstmKernels = Pick<Kernels, 'joinStates' | 'lstmCell' | 'lstmCellGradient' | 'addToStates'>;

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** `all` and `integers` are the same memory. */
export function createReferenceLstmKernels(all: Float32Array, integers: Int32Array): LstmKernels {
  const slice = (address: number, length: number): Float32Array =>
    all.subarray(address / 4, address / 4 + length);
  /** The slot of `states` that a row goes on from. */
  const previous = (states: number, predecessors: number, row: number, units: number): Float32Array =>
    slice(states + (integers[predecessors / 4 + row]! + 1) * units * 4, units);
  const readGates = (gates: number, row: number, units: number) => {
    const [i, f, g, o] = [0, 1, 2, 3].map((gate) => slice(gates + (row * 4 + gate) * units * 4, units));
    return { i: i!, f: f!, g: g!, o: o! };
  };
  return {
    joinStates(x, states, predecessors, joined, rows, inputs, units) {
      for (let row = 0; row < rows; row += 1) {
        const target = slice(joined + row * (inputs + units) * 4, inputs + units);
        target.set(slice(x + row * inputs * 4, inputs));
        target.set(previous(states, predecessors, row, units), inputs);
      }
    },
    lstmCell(gates, states, predecessors, cells, hidden, rows, units) {
      for (let row = 0; row < rows; row += 1) {
        const { i, f, g, o } = readGates(gates, row, units);
        const before = previous(states, predecessors, row, units);
        const cell = slice(cells + row * units * 4, units);
        const output = slice(hidden + row * units * 4, units);
        for (let u = 0; u < units; u += 1) {
          i[u] = logistic(i[u]!);
          f[u] = logistic(f[u]!);
          g[u] = Math.tanh(g[u]!);
          o[u] = logistic(o[u]!);
          const next = f[u]! * before[u]! + i[u]! * g[u]!;
          cell[u] = next;
          output[u] = o[u]! * Math.tanh(next);
        }
      }
    },
    lstmCellGradient(
      gates,
      states,
      predecessors,
      cells,
      hiddenGradient,
      cellGradient,
      stateGradients,
      gateGradient,
      rows,
      units,
    ) {
      for (let row = 0; row < rows; row += 1) {
        const { i, f, g, o } = readGates(gates, row, units);
        const slopes = readGates(gateGradient, row, units);
        const before = previous(states, predecessors, row, units);
        const beforeGradient = previous(stateGradients, predecessors, row, units);
        const [cell, dHidden, dCellLater] = [cells, hiddenGradient, cellGradient].map((address) =>
          slice(address + row * units * 4, units),
        );
        for (let u = 0; u < units; u += 1) {
          const squashed = Math.tanh(cell![u]!);
          const dCell = dCellLater![u]! + dHidden![u]! * o[u]! * (1 - squashed ** 2);
          slopes.i[u] = dCell * g[u]! * i[u]! * (1 - i[u]!);
          slopes.f[u] = dCell * before[u]! * f[u]! * (1 - f[u]!);
          slopes.g[u] = dCell * i[u]! * (1 - g[u]! ** 2);
          slopes.o[u] = dHidden![u]! * squashed * o[u]! * (1 - o[u]!);
          beforeGradient[u]! += dCell * f[u]!;
        }
      }
    },
    addToStates(x, states, predecessors, rows, units) {
      for (let row = 0; row < rows; row += 1) {
        const target = previous(states, predecessors, row, units);
        slice(x + row * units * 4, units).forEach((element, u) => (target[u]! += element));
      }
    },
  };
}
