// LSTM layer in kernel memory. Rows continue from other rows, so they are processed in groups of independent rows:
// usually one step of all environments. Gradients flow back through the rows of one rollout and end there.
import { NO_ADDRESS, offsetBy, type Address } from '../kernels/address.ts';
import { activationCodes, type Kernels } from '../kernels/kernels.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import {
  locateTensor,
  type InputGradientTarget,
  type LayerPlacement,
  type NetworkLayer,
} from './network-layer.ts';
import type { RecurrentState, StateSlots } from './recurrent-state.ts';

const GATES = 4;

export class LstmLayer implements NetworkLayer {
  /** Hidden states. */
  readonly output: Address;
  readonly outputGradient: Address;
  readonly activation = activationCodes.linear;
  readonly #recurrence: RecurrentState;
  readonly #inputs: number;
  readonly #units: number;
  readonly #input: Address;
  readonly #hasInputGradient: boolean;
  /** Kernel and recurrent kernel, one after the other. */
  readonly #kernel: Address;
  readonly #recurrentKernel: Address;
  readonly #bias: Address;
  readonly #kernelGradient: Address;
  readonly #biasGradient: Address;
  readonly #transposed: Address;
  readonly #recurrentTransposed: Address;
  readonly #slots: StateSlots;
  /**
   * Gradients with respect to hidden states and cells, in the same slots. Those of carried states only collect
   * gradients that end there.
   */
  readonly #hiddenGradients: Address;
  readonly #cellGradients: Address;
  /** Rows of [input, previous state]. */
  readonly #joined: Address;
  readonly #gates: Address;
  readonly #gateGradient: Address;
  readonly #previousGradient: Address;

  constructor(plan: KernelMemoryPlan, placement: LayerPlacement) {
    const { input, capacity, hasInputGradient, recurrence } = placement;
    if (!recurrence) throw new RangeError(`${placement.name} needs a recurrent state`);
    const kernel = locateTensor(placement, 'kernel');
    const recurrentKernel = locateTensor(placement, 'recurrentKernel');
    const bias = locateTensor(placement, 'bias');
    const [inputs = 0] = kernel.tensor.shape;
    const [units = 0] = recurrentKernel.tensor.shape;
    this.#recurrence = recurrence;
    this.#inputs = inputs;
    this.#units = units;
    this.#input = input;
    this.#hasInputGradient = hasInputGradient;
    this.#kernel = kernel.address;
    this.#recurrentKernel = recurrentKernel.address;
    this.#bias = bias.address;
    this.#kernelGradient = kernel.gradientAddress;
    this.#biasGradient = bias.gradientAddress;
    this.#transposed = plan.reserve(hasInputGradient ? kernel.tensor.size : 0);
    this.#recurrentTransposed = plan.reserve(recurrentKernel.tensor.size);
    this.#slots = recurrence.reserveSlots(units);
    this.#hiddenGradients = plan.reserve(recurrence.countSlotNumbers(units));
    this.#cellGradients = plan.reserve(recurrence.countSlotNumbers(units));
    this.#joined = plan.reserve(capacity * (inputs + units));
    this.#gates = plan.reserve(capacity * GATES * units);
    this.#gateGradient = plan.reserve(capacity * GATES * units);
    this.#previousGradient = plan.reserve(capacity * units);
    this.output = offsetBy(this.#slots.hidden, this.#slots.rowsOffset);
    this.outputGradient = offsetBy(this.#hiddenGradients, this.#slots.rowsOffset);
  }

  refresh(kernels: Kernels): void {
    const gates = GATES * this.#units;
    kernels.transpose(this.#recurrentKernel, this.#recurrentTransposed, this.#units, gates);
    if (this.#hasInputGradient) kernels.transpose(this.#kernel, this.#transposed, this.#inputs, gates);
  }

  forward(kernels: Kernels, firstRow: number, rows: number): void {
    const end = firstRow + rows;
    for (let first = firstRow; first < end;) {
      const groupEnd = this.#recurrence.findGroupEnd(first, end);
      this.#forwardGroup(kernels, first, groupEnd - first);
      first = groupEnd;
    }
  }

  #forwardGroup(kernels: Kernels, first: number, rows: number): void {
    const inputs = this.#inputs;
    const units = this.#units;
    const { hidden, cell, rowsOffset } = this.#slots;
    const predecessors = offsetBy(this.#recurrence.predecessorsAddress, first);
    const joined = offsetBy(this.#joined, first * (inputs + units));
    const gates = offsetBy(this.#gates, first * GATES * units);
    const state = rowsOffset + first * units;
    kernels.joinStates(
      offsetBy(this.#input, first * inputs),
      hidden,
      predecessors,
      joined,
      rows,
      inputs,
      units,
    );
    // Only layers of fewer than four outputs use a transposed kernel in the forward pass; four gates have at least four
    // outputs.
    kernels.denseForward(
      joined,
      this.#kernel,
      NO_ADDRESS,
      this.#bias,
      gates,
      rows,
      inputs + units,
      GATES * units,
      activationCodes.linear,
    );
    kernels.lstmCell(gates, cell, predecessors, offsetBy(cell, state), offsetBy(hidden, state), rows, units);
  }

  backward(kernels: Kernels, rows: number, target: InputGradientTarget | null): void {
    const inputs = this.#inputs;
    const units = this.#units;
    const { rowsOffset } = this.#slots;
    kernels.clear(this.#hiddenGradients, rowsOffset);
    kernels.clear(this.#cellGradients, rowsOffset + rows * units);
    for (let end = rows; end > 0;) {
      const first = this.#recurrence.findGroupStart(end);
      this.#backwardGroup(kernels, first, end - first);
      end = first;
    }
    kernels.denseParameterGradient(
      this.#joined,
      this.#gateGradient,
      this.#kernelGradient,
      this.#biasGradient,
      rows,
      inputs + units,
      GATES * units,
    );
    if (!target) return;
    kernels.denseInputGradient(
      this.#gateGradient,
      this.#transposed,
      this.#input,
      target.address,
      rows,
      inputs,
      GATES * units,
      target.activation,
      target.accumulate,
    );
  }

  /** Adds the gradients with respect to the states before a group's rows to those of the rows they come from. */
  #backwardGroup(kernels: Kernels, first: number, rows: number): void {
    const units = this.#units;
    const { cell, rowsOffset } = this.#slots;
    const predecessors = offsetBy(this.#recurrence.predecessorsAddress, first);
    const gateGradient = offsetBy(this.#gateGradient, first * GATES * units);
    const state = rowsOffset + first * units;
    kernels.lstmCellGradient(
      offsetBy(this.#gates, first * GATES * units),
      cell,
      predecessors,
      offsetBy(cell, state),
      offsetBy(this.#hiddenGradients, state),
      offsetBy(this.#cellGradients, state),
      this.#cellGradients,
      gateGradient,
      rows,
      units,
    );
    kernels.denseInputGradient(
      gateGradient,
      this.#recurrentTransposed,
      this.#previousGradient,
      this.#previousGradient,
      rows,
      units,
      GATES * units,
      activationCodes.linear,
      0,
    );
    kernels.addToStates(this.#previousGradient, this.#hiddenGradients, predecessors, rows, units);
  }
}
