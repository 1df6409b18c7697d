// Parts of a JSON document with their places, for readers without schemas: a page that plays a model should not have to
// load zod.
import { InvalidModelError } from './invalid-model-error.ts';

const maxTextShown = 40;

/** A value of a document. Every reader throws InvalidModelError if the value is another than it reads. */
export class JsonPart {
  readonly value: unknown;
  /** File and fields, e.g. `model-card.json: spec.network`. */
  readonly #place: string;

  private constructor(value: unknown, place: string) {
    this.value = value;
    this.#place = place;
  }

  static parse(file: string, bytes: Uint8Array): JsonPart {
    try {
      return new JsonPart(JSON.parse(new TextDecoder().decode(bytes)), `${file}:`);
    } catch (error) {
      throw new InvalidModelError(`${file} is not JSON: it is damaged or incomplete`, { cause: error });
    }
  }

  field(name: string): JsonPart {
    return this.optionalField(name) ?? this.#refuse(`expected a field ${name}`);
  }

  /** Null if the object has no such field. */
  optionalField(name: string): JsonPart | null {
    const entry = this.entries().find(([key]) => key === name);
    return entry?.[1] ?? null;
  }

  entries(): (readonly [string, JsonPart])[] {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.#refuse('expected an object');
    return Object.entries(value).map(([key, inner]: [string, unknown]) => [key, this.#enter(key, inner)]);
  }

  items(minimum = 0): JsonPart[] {
    const { value } = this;
    if (!Array.isArray(value)) return this.#refuse('expected a list');
    if (value.length < minimum) return this.#refuse(`expected a list of at least ${minimum}`);
    return value.map((item: unknown, index) => this.#enter(String(index), item));
  }

  /** Reads a list of exactly three or four elements. */
  tuple(length: 3): [JsonPart, JsonPart, JsonPart];
  tuple(length: 4): [JsonPart, JsonPart, JsonPart, JsonPart];
  tuple(length: number): JsonPart[] {
    const items = this.items();
    return items.length === length ? items : this.#refuse(`expected a list of ${length}`);
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.#refuse('expected a text');
  }

  boolean(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.#refuse('expected true or false');
  }

  number(low = -Infinity, high = Infinity): number {
    const { value } = this;
    const isInside = typeof value === 'number' && Number.isFinite(value) && value >= low && value <= high;
    return isInside ? value : this.#refuse(`expected a number${describeRange(low, high)}`);
  }

  integer(low: number, high = Number.MAX_SAFE_INTEGER): number {
    const { value } = this;
    const isInside =
      Number.isSafeInteger(value) && typeof value === 'number' && value >= low && value <= high;
    return isInside ? value : this.#refuse(`expected an integer${describeRange(low, high)}`);
  }

  oneOf<Choice extends string | number>(choices: readonly Choice[]): Choice {
    const found = choices.find((choice) => choice === this.value);
    return found ?? this.#refuse(`expected ${choices.map((choice) => JSON.stringify(choice)).join(' or ')}`);
  }

  #enter(key: string, value: unknown): JsonPart {
    return new JsonPart(value, `${this.#place}${this.#place.endsWith(':') ? ' ' : '.'}${key}`);
  }

  #refuse(expected: string): never {
    const { value } = this;
    const shown =
      typeof value === 'object' && value !== null
        ? Array.isArray(value)
          ? 'is a list'
          : 'is an object'
        : `is ${JSON.stringify(value).slice(0, maxTextShown)}`;
    throw new InvalidModelError(`${this.#place} ${shown}; ${expected}`);
  }
}

function describeRange(low: number, high: number): string {
  const parts = [
    ...(Number.isFinite(low) ? [`at least ${low}`] : []),
    ...(Number.isFinite(high) && high < Number.MAX_SAFE_INTEGER ? [`at most ${high}`] : []),
  ];
  return parts.length === 0 ? '' : ` of ${parts.join(' and ')}`;
}
