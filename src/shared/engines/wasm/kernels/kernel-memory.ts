// Kernel memory: one flat memory for all arrays of the kernels. Regions are reserved first; then the memory is
// allocated at once, so that it never grows and views never detach.

import { NUMBER_BYTES, toAddress, type Address } from './address.ts';

const PAGE_BYTES = 65_536;
/** The first page belongs to the kernels' own constants. */
const FIRST_ADDRESS = PAGE_BYTES;
const ALIGNMENT_BYTES = 64;

/** Plan of a memory: hands out addresses, and `build` allocates the memory. */
export class KernelMemoryPlan {
  #end = FIRST_ADDRESS;
  readonly #openers: ((memory: KernelMemory) => void)[] = [];

  /** Reserves a region of `length` float32 numbers, initially zero; returns its address. */
  reserve(length: number): Address {
    const address = toAddress(this.#end);
    const bytes = Math.ceil((length * NUMBER_BYTES) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    this.#end += bytes;
    return address;
  }

  /** Calls `open` with the memory after it was allocated, to create views of reserved regions. */
  onBuild(open: (memory: KernelMemory) => void): void {
    this.#openers.push(open);
  }

  /** Size of the planned memory. */
  get bytes(): number {
    return this.#countPages() * PAGE_BYTES;
  }

  build(): KernelMemory {
    const memory = new KernelMemory(this.#countPages());
    for (const open of this.#openers) open(memory);
    return memory;
  }

  #countPages(): number {
    // One spare alignment block lets vector loads read past the last element.
    return Math.ceil((this.#end + ALIGNMENT_BYTES) / PAGE_BYTES);
  }
}

export class KernelMemory {
  readonly memory: WebAssembly.Memory;

  constructor(pages: number) {
    this.memory = new WebAssembly.Memory({ initial: pages });
  }

  /** Creates a view of `length` float32 numbers at `address`. */
  view(address: Address, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer, address, length);
  }

  /** Creates a view of `length` int32 numbers at `address`. */
  viewIntegers(address: Address, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.memory.buffer, address, length);
  }
}
