// Recurrent states of a network's rows. Each row of a rollout continues from a slot of states: zeros at the start of an
// episode, the state carried in from the previous rollout, or the state after an earlier row. An integer for each row
// in kernel memory names the slot: −1 for zeros, 0 … environments−1 for the carried states, environments + r for the
// state after row r.
import { offsetBy, type Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';

const EPISODE_BEGINS = -1;

/** Slots of one layer: zeros, then the carried states, then the state after each row. */
export interface StateSlots {
  readonly hidden: Address;
  readonly cell: Address;
  /** Offset of the state after row 0. */
  readonly rowsOffset: number;
}

export class RecurrentState {
  /** Address of the rows' slot integers. */
  readonly predecessorsAddress: Address;
  readonly environments: number;
  readonly #plan: KernelMemoryPlan;
  readonly #capacity: number;
  #predecessors = new Int32Array(0);
  /** Hidden states and cells of every layer, without the slot of zeros. */
  readonly #memories: { readonly states: Float32Array; readonly units: number }[] = [];

  constructor(plan: KernelMemoryPlan, capacity: number, environments: number) {
    this.environments = environments;
    this.#plan = plan;
    this.#capacity = capacity;
    this.predecessorsAddress = plan.reserve(capacity);
    plan.onBuild((memory) => {
      this.#predecessors = memory.viewIntegers(this.predecessorsAddress, capacity);
      for (let row = 0; row < Math.min(environments, capacity); row += 1) this.#predecessors[row] = row;
    });
  }

  /** Counts the numbers in the slots of all rows. */
  countSlotNumbers(units: number): number {
    return (1 + this.environments + this.#capacity) * units;
  }

  /** Reserves slots for a layer's hidden states and cells, initially zero. */
  reserveSlots(units: number): StateSlots {
    return {
      hidden: this.reserveState(units),
      cell: this.reserveState(units),
      rowsOffset: (1 + this.environments) * units,
    };
  }

  /** Reserves slots of one state, initially zero. */
  reserveState(units: number): Address {
    const length = this.countSlotNumbers(units);
    const address = this.#plan.reserve(length);
    this.#plan.onBuild((memory) => {
      const states = memory.view(offsetBy(address, units), length - units);
      this.#memories.push({ states, units });
    });
    return address;
  }

  /** Returns the slot that a row continues from: 0 is zeros, then come the carried states, then those after each row. */
  findSlot(row: number): number {
    return this.#predecessors[row]! + 1;
  }

  /** Makes `row` continue from the state after `previousRow`; null starts an episode. */
  follow(row: number, previousRow: number | null): void {
    this.#predecessors[row] = previousRow === null ? EPISODE_BEGINS : this.environments + previousRow;
  }

  /** Makes `row` continue from the state that an environment carried in. */
  followCarried(row: number, environment: number): void {
    this.#predecessors[row] = environment;
  }

  /** Size of the state that one environment carries. */
  get carriedSize(): number {
    return this.#memories.reduce((sum, { units }) => sum + units, 0);
  }

  /** Copies the state that an environment carries into `target`, layer by layer. */
  readCarried(environment: number, target: Float32Array): void {
    let offset = 0;
    for (const { states, units } of this.#memories) {
      const first = environment * units;
      target.set(states.subarray(first, first + units), offset);
      offset += units;
    }
  }

  /** Inverse of `readCarried`, also for another network with the same layers. */
  writeCarried(environment: number, source: Float32Array): void {
    let offset = 0;
    for (const { states, units } of this.#memories) {
      states.set(source.subarray(offset, offset + units), environment * units);
      offset += units;
    }
  }

  /** Makes an environment start the next rollout with the state after `row`; null starts with zeros. */
  carry(environment: number, row: number | null): void {
    for (const { states, units } of this.#memories) {
      const target = environment * units;
      const source = (this.environments + (row ?? 0)) * units;
      if (row === null) states.fill(0, target, target + units);
      else states.copyWithin(target, source, source + units);
    }
  }

  /** Finds the end of the longest run of independent rows from `first` on, before `end`. */
  findGroupEnd(first: number, end: number): number {
    const firstState = this.environments + first;
    let row = first + 1;
    while (row < end && this.#predecessors[row]! < firstState) row += 1;
    return row;
  }

  /** Finds the start of the longest run of independent rows before `end`. */
  findGroupStart(end: number): number {
    let first = end - 1;
    let latest = this.#predecessors[first]!;
    while (first > 0 && latest < this.environments + first - 1) {
      first -= 1;
      latest = Math.max(latest, this.#predecessors[first]!);
    }
    return first;
  }

  /** Copies the states that the environments carry: layer by layer, hidden states and then cells. */
  getCarried(): Float32Array<ArrayBuffer> {
    const parts = this.#memories.map(({ states, units }) => states.subarray(0, this.environments * units));
    const carried = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      carried.set(part, offset);
      offset += part.length;
    }
    return carried;
  }

  setCarried(carried: Float32Array): void {
    let offset = 0;
    for (const { states, units } of this.#memories) {
      states.set(carried.subarray(offset, offset + this.environments * units));
      offset += this.environments * units;
    }
    if (carried.length !== offset)
      throw new RangeError(`the carried states have ${offset} numbers, not ${carried.length}`);
  }
}
