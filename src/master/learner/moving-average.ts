/** Moving average: mean of the newest `capacity` numbers. */
export class MovingAverage {
  readonly #items: Float64Array;
  #count = 0;
  #next = 0;
  /** Null after a number was added. */
  #mean: number | null = null;

  constructor(capacity: number) {
    this.#items = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.#items.length;
  }

  /**
   * NaN while empty. Summed again after each number, oldest first: a running sum would drift over millions of episodes,
   * and the same numbers must always have the same mean.
   */
  get mean(): number {
    return (this.#mean ??= this.#sum() / this.#count);
  }

  /** Mean of the squared distances from the mean; NaN while empty. */
  computeVariance(): number {
    const { mean } = this;
    let sum = 0;
    for (let index = 0; index < this.#count; index += 1) sum += ((this.#items[index] ?? 0) - mean) ** 2;
    return sum / this.#count;
  }

  #sum(): number {
    const capacity = this.#items.length;
    const start = this.isFull ? this.#next : 0;
    let sum = 0;
    for (let offset = 0; offset < this.#count; offset += 1)
      sum += this.#items[(start + offset) % capacity] ?? 0;
    return sum;
  }

  /** Lists the averaged numbers, oldest first. */
  list(): number[] {
    const start = this.isFull ? this.#next : 0;
    return Array.from(
      { length: this.#count },
      (_, index) => this.#items[(start + index) % this.#items.length] ?? 0,
    );
  }

  add(item: number): void {
    this.#mean = null;
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.#items.length;
    this.#count = Math.min(this.#count + 1, this.#items.length);
  }
}
