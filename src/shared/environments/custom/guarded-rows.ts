// Rows that a custom batch writes. They are cleared before each call and checked after it. Guard words before and
// behind each array detect writes outside.
import type { BatchRows } from './custom-environment.ts';

export interface GuardedRowsShape {
  readonly observationSize: number;
  /** Number of alternatives of each choice; empty without a mask. */
  readonly choices: readonly number[];
}

const GUARD = 0xa3c0a3c0;
const GUARD_BYTES = 16;

/** Memory of one array, with guard words at both ends. */
class GuardedMemory {
  readonly #head: Uint32Array;
  readonly #tail: Uint32Array;
  readonly buffer: ArrayBuffer;

  constructor(bytes: number) {
    const padded = Math.ceil(bytes / GUARD_BYTES) * GUARD_BYTES;
    this.buffer = new ArrayBuffer(padded + 2 * GUARD_BYTES);
    this.#head = new Uint32Array(this.buffer, 0, GUARD_BYTES / 4).fill(GUARD);
    this.#tail = new Uint32Array(this.buffer, GUARD_BYTES + padded, GUARD_BYTES / 4).fill(GUARD);
  }

  get isWhole(): boolean {
    return this.#head.every((word) => word === GUARD) && this.#tail.every((word) => word === GUARD);
  }
}

export class GuardedRows {
  readonly rows: BatchRows;
  readonly #size: number;
  readonly #shape: GuardedRowsShape;
  readonly #memories: readonly GuardedMemory[];

  constructor(size: number, shape: GuardedRowsShape) {
    const memories: GuardedMemory[] = [];
    const floats = (length: number): Float32Array => {
      const memory = new GuardedMemory(length * 4);
      memories.push(memory);
      return new Float32Array(memory.buffer, GUARD_BYTES, length);
    };
    const bytes = (length: number): Uint8Array => {
      const memory = new GuardedMemory(length);
      memories.push(memory);
      return new Uint8Array(memory.buffer, GUARD_BYTES, length);
    };
    const maskSize = shape.choices.reduce((sum, count) => sum + count, 0);
    this.#size = size;
    this.#shape = shape;
    this.rows = {
      observations: floats(size * shape.observationSize),
      finalObservations: floats(size * shape.observationSize),
      rewards: floats(size),
      terminated: bytes(size),
      truncated: bytes(size),
      actionMasks: floats(size * maskSize),
    };
    this.#memories = memories;
  }

  /** Marks every row as not written. */
  clear(): void {
    const { observations, finalObservations, rewards, terminated, truncated, actionMasks } = this.rows;
    for (const numbers of [observations, finalObservations, rewards, actionMasks]) numbers.fill(Number.NaN);
    terminated.fill(0);
    truncated.fill(0);
  }

  /**
   * Returns what is wrong with the rows after a call, as the end of a sentence about the method; null if nothing is.
   */
  findProblem(method: 'reset' | 'step'): string | null {
    const { observationSize } = this.#shape;
    if (!this.#memories.every(({ isWhole }) => isWhole)) return 'wrote outside its rows';
    for (let world = 0; world < this.#size; world += 1) {
      const problem =
        findHole('observations', this.rows.observations, { world, size: observationSize }) ??
        this.#findMaskProblem(world) ??
        (method === 'step' ? this.#findStepProblem(world) : null);
      if (problem !== null) return problem;
    }
    return null;
  }

  readObservation(world: number): number[] {
    const { observationSize } = this.#shape;
    return [...this.rows.observations.subarray(world * observationSize, (world + 1) * observationSize)];
  }

  /** Writes a row from the front of `numbers` and returns the rest. */
  writeObservation(world: number, numbers: readonly number[]): number[] {
    const { observationSize } = this.#shape;
    this.rows.observations.set(numbers.slice(0, observationSize), world * observationSize);
    return numbers.slice(observationSize);
  }

  #findStepProblem(world: number): string | null {
    const { rewards, terminated, truncated, finalObservations } = this.rows;
    const hasEnded = terminated[world] !== 0 || truncated[world] !== 0;
    const size = this.#shape.observationSize;
    return (
      findHole('rewards', rewards, { world, size: 1 }) ??
      (hasEnded ? findHole('finalObservations', finalObservations, { world, size }) : null)
    );
  }

  #findMaskProblem(world: number): string | null {
    const size = this.#shape.choices.reduce((sum, count) => sum + count, 0);
    let start = world * size;
    for (const [choice, count] of this.#shape.choices.entries()) {
      const mask = this.rows.actionMasks.subarray(start, start + count);
      if (!mask.every((element) => element === 0 || element === 1))
        return `wrote no 0 or 1 into row ${world} of actionMasks`;
      if (!mask.includes(1)) return `allows no action in row ${world} of actionMasks, choice ${choice}`;
      start += count;
    }
    return null;
  }
}

function findHole(
  name: string,
  numbers: Float32Array,
  { world, size }: { readonly world: number; readonly size: number },
): string | null {
  for (let index = world * size; index < (world + 1) * size; index += 1) {
    if (!Number.isFinite(numbers[index]))
      return `left row ${world} of ${name} without a finite number at element ${index - world * size}`;
  }
  return null;
}
