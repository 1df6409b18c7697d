// LSTM cell (Hochreiter & Schmidhuber 1997, with forget gates): i, f, o = σ(·), g = tanh(·), c = f ⊙ c₋₁ + i ⊙ g, h = o
// ⊙ tanh(c). Gates are in the order i f g o. States are rows of slots, and the first slot is zero; predecessors[row] +
// 1 is the slot of the row's previous state.
import { storeLanes } from './lanes';
import { at, hyperbolicTangent4, logistic4 } from './simd';

/** Returns the slot of a row's previous state. */
// @ts-ignore: decorator
@inline
function previous(states: usize, predecessors: usize, row: i32, units: i32): usize {
  return at(states, (load<i32>(at(predecessors, row)) + 1) * units);
}

// @ts-ignore: decorator
@inline
function copyRow(from: usize, to: usize, length: i32): void {
  for (let index = 0; index < length; index += 4) {
    storeLanes(at(to, index), v128.load(at(from, index)), length - index);
  }
}

/**
 * joined[rows, inputs + units] = [x, previous state of the row], so that one matrix product serves kernel and recurrent
 * kernel.
 */
export function joinStates(
  x: usize, states: usize, predecessors: usize, joined: usize, rows: i32, inputs: i32, units: i32,
): void {
  for (let row = 0; row < rows; row += 1) {
    const target = at(joined, row * (inputs + units));
    copyRow(at(x, row * inputs), target, inputs);
    copyRow(previous(states, predecessors, row, units), at(target, inputs), units);
  }
}

/**
 * Activates gates[rows, 4·units] in place and computes the rows' new cells and hidden states. `states` has the slots of
 * all cells, `cells` those of these rows.
 */
export function lstmCell(
  gates: usize, states: usize, predecessors: usize, cells: usize, hidden: usize, rows: i32, units: i32,
): void {
  for (let row = 0; row < rows; row += 1) {
    const i = at(gates, row * units * 4);
    const f = at(i, units);
    const g = at(f, units);
    const o = at(g, units);
    const before = previous(states, predecessors, row, units);
    const cell = at(cells, row * units);
    const output = at(hidden, row * units);
    for (let u = 0; u < units; u += 4) {
      const count = units - u;
      // All four are read before any is written, because a vector may reach into the next gate.
      const iGate = logistic4(v128.load(at(i, u)));
      const fGate = logistic4(v128.load(at(f, u)));
      const gGate = hyperbolicTangent4(v128.load(at(g, u)));
      const oGate = logistic4(v128.load(at(o, u)));
      const next = f32x4.add(f32x4.mul(fGate, v128.load(at(before, u))), f32x4.mul(iGate, gGate));
      storeLanes(at(i, u), iGate, count);
      storeLanes(at(f, u), fGate, count);
      storeLanes(at(g, u), gGate, count);
      storeLanes(at(o, u), oGate, count);
      storeLanes(at(cell, u), next, count);
      storeLanes(at(output, u), f32x4.mul(oGate, hyperbolicTangent4(next)), count);
    }
  }
}

/** gate·(1 − gate): the derivative of σ, from its output. */
// @ts-ignore: decorator
@inline
function logisticSlope4(gate: v128): v128 {
  return f32x4.sub(gate, f32x4.mul(gate, gate));
}

/**
 * Computes ∂L/∂gates before their activation from ∂L/∂hidden and ∂L/∂cell of the rows. Adds ∂L/∂(previous cell) to its
 * slot of `stateGradients`, which also contains the `cellGradient` of these rows.
 */
export function lstmCellGradient(
  gates: usize, states: usize, predecessors: usize, cells: usize, hiddenGradient: usize, cellGradient: usize,
  stateGradients: usize, gateGradient: usize, rows: i32, units: i32,
): void {
  const one = f32x4.splat(1);
  for (let row = 0; row < rows; row += 1) {
    const i = at(gates, row * units * 4);
    const f = at(i, units);
    const g = at(f, units);
    const o = at(g, units);
    const di = at(gateGradient, row * units * 4);
    const df = at(di, units);
    const dg = at(df, units);
    const d_o = at(dg, units);
    const before = previous(states, predecessors, row, units);
    const beforeGradient = previous(stateGradients, predecessors, row, units);
    for (let u = 0; u < units; u += 4) {
      const count = units - u;
      const index = row * units + u;
      const iGate = v128.load(at(i, u));
      const fGate = v128.load(at(f, u));
      const gGate = v128.load(at(g, u));
      const oGate = v128.load(at(o, u));
      const squashed = hyperbolicTangent4(v128.load(at(cells, index)));
      const dHidden = v128.load(at(hiddenGradient, index));
      const slope = f32x4.sub(one, f32x4.mul(squashed, squashed));
      const dCell = f32x4.add(v128.load(at(cellGradient, index)), f32x4.mul(f32x4.mul(dHidden, oGate), slope));
      const gSlope = f32x4.sub(one, f32x4.mul(gGate, gGate));
      storeLanes(at(di, u), f32x4.mul(f32x4.mul(dCell, gGate), logisticSlope4(iGate)), count);
      storeLanes(at(df, u), f32x4.mul(f32x4.mul(dCell, v128.load(at(before, u))), logisticSlope4(fGate)), count);
      storeLanes(at(dg, u), f32x4.mul(f32x4.mul(dCell, iGate), gSlope), count);
      storeLanes(at(d_o, u), f32x4.mul(f32x4.mul(dHidden, squashed), logisticSlope4(oGate)), count);
      const target = at(beforeGradient, u);
      storeLanes(target, f32x4.add(v128.load(target), f32x4.mul(dCell, fGate)), count);
    }
  }
}

/** Adds the rows of x[rows, units] to the slots of their previous states, row by row. */
export function addToStates(x: usize, states: usize, predecessors: usize, rows: i32, units: i32): void {
  for (let row = 0; row < rows; row += 1) {
    const source = at(x, row * units);
    const target = previous(states, predecessors, row, units);
    for (let u = 0; u < units; u += 4) {
      const sum = f32x4.add(v128.load(at(target, u)), v128.load(at(source, u)));
      storeLanes(at(target, u), sum, units - u);
    }
  }
}
