// What recurrent layers remember. Each row of a rollout goes on from a slot of states: zeros where an episode begins, the
// state carried in from the rollout before, or the state after an earlier row. Which one is an integer per row in kernel
// memory: −1 for zeros, 0 … environments−1 for the carried ones, environments + r for the state after row r.
import { offsetBy, type Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';

const EPISODE_BEGINS = -1;

/** The slots of one layer: zeros, then the carried states, then those after each row. */
export interface StateSlots {
  readonly hidden: Address;
  readonly cell: Address;
  /** Numbers before the state after row 0. */
  readonly rowsOffset: number;
}

export class RecurrentState {
  /** Address of the rows' predecessors. */
  readonly predecessorsAddress: Address;
  readonly environments: number;
  readonly #plan: KernelMemoryPlan;
  readonly #capacity: number;
  #predecessors = new Int32Array(0);
  /** The hidden states and cells of every layer, without the slot of zeros. */
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

  /** Numbers that slots for every row take. */
  countSlotNumbers(units: number): number {
    return (1 + this.environments + this.#capacity) * units;
  }

  /** Slots for a layer's hidden states and cells, all zero at first. */
  reserveSlots(units: number): StateSlots {
    const length = this.countSlotNumbers(units);
    const slots = {
      hidden: this.#plan.reserve(length),
      cell: this.#plan.reserve(length),
      rowsOffset: (1 + this.environments) * units,
    };
    this.#plan.onBuild((memory) => {
      for (const address of [slots.hidden, slots.cell]) {
        const states = memory.view(offsetBy(address, units), length - units);
        this.#memories.push({ states, units });
      }
    });
    return slots;
  }

  /** Makes `row` go on from the state after `previousRow`, or begin an episode. */
  follow(row: number, previousRow: number | null): void {
    this.#predecessors[row] = previousRow === null ? EPISODE_BEGINS : this.environments + previousRow;
  }

  /** Makes `row` go on from the state that an environment carried in. */
  followCarried(row: number, environment: number): void {
    this.#predecessors[row] = environment;
  }

  /** Numbers that one environment carries. */
  get carriedSize(): number {
    return this.#memories.reduce((sum, { units }) => sum + units, 0);
  }

  /** Copies what an environment carries, layer by layer, into `target`. */
  readCarried(environment: number, target: Float32Array): void {
    let offset = 0;
    for (const { states, units } of this.#memories) {
      const first = environment * units;
      target.set(states.subarray(first, first + units), offset);
      offset += units;
    }
  }

  /** The inverse of `readCarried`, also for another network of the same layers. */
  writeCarried(environment: number, source: Float32Array): void {
    let offset = 0;
    for (const { states, units } of this.#memories) {
      states.set(source.subarray(offset, offset + units), environment * units);
      offset += units;
    }
  }

  /** Makes an environment begin the next rollout with the state after `row`, or with zeros. */
  carry(environment: number, row: number | null): void {
    for (const { states, units } of this.#memories) {
      const target = environment * units;
      const source = (this.environments + (row ?? 0)) * units;
      if (row === null) states.fill(0, target, target + units);
      else states.copyWithin(target, source, source + units);
    }
  }

  /** The end of the longest run of rows from `first` on, before `end`, that do not go on from each other. */
  findGroupEnd(first: number, end: number): number {
    const firstState = this.environments + first;
    let row = first + 1;
    while (row < end && this.#predecessors[row]! < firstState) row += 1;
    return row;
  }

  /** The start of the longest run of rows before `end` that do not go on from each other. */
  findGroupStart(end: number): number {
    let first = end - 1;
    let latest = this.#predecessors[first]!;
    while (first > 0 && latest < this.environments + first - 1) {
      first -= 1;
      latest = Math.max(latest, this.#predecessors[first]!);
    }
    return first;
  }

  /** What the environments begin the next rollout with: layer by layer, hidden states and then cells. */
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
      throw new RangeError(`${offset} numbers are remembered, not ${carried.length}`);
  }
}
