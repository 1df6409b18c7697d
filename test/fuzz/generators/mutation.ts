// Small random damage: to one field of a value, some characters of a text, or some bits of bytes.
import fc from 'fast-check';
import { hostileText, hostileValue } from './hostile-json.ts';

/** How a value is changed at one place, which `at` chooses among all there are. */
export interface Mutation {
  readonly at: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'wrap';
  readonly key: string;
  readonly value: unknown;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('replace', 'remove', 'add', 'wrap'),
  key: hostileText,
  value: hostileValue,
});

/** The value with up to three changes. */
export function mutateValue(sound: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(sound, fc.array(mutation, { minLength: 1, maxLength: 3 }))
    .map(([value, mutations]) => mutations.reduce(applyMutation, value));
}

export function applyMutation(value: unknown, change: Mutation): unknown {
  const places = countPlaces(value);
  return changeAt(value, { ...change, at: change.at % places });
}

function countPlaces(value: unknown): number {
  return listChildren(value).reduce((sum, [, child]) => sum + countPlaces(child), 1);
}

function listChildren(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** Places are counted from the root, each before its children. */
function changeAt(value: unknown, change: Mutation): unknown {
  if (change.at === 0) return changeHere(value, change);
  let at = change.at - 1;
  const children = listChildren(value).flatMap(([key, child]): [string, unknown][] => {
    const places = countPlaces(child);
    const isHere = at >= 0 && at < places;
    const here = at;
    at -= places;
    if (!isHere) return [[key, child]];
    if (here === 0 && change.kind === 'remove') return [];
    return [[key, changeAt(child, { ...change, at: here })]];
  });
  return Array.isArray(value) ? children.map(([, child]) => child) : Object.fromEntries(children);
}

function changeHere(value: unknown, { kind, key, value: other }: Mutation): unknown {
  switch (kind) {
    case 'remove':
      return null;
    case 'replace':
      return other;
    case 'wrap':
      return [value];
    case 'add':
      if (Array.isArray(value)) return [...listChildren(value).map(([, child]) => child), other];
      return typeof value === 'object' && value !== null
        ? Object.fromEntries([...Object.entries(value), [key, other]])
        : other;
  }
}

/** The text with characters removed, doubled or replaced at a few places. */
export function mutateText(sound: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.nat(),
    remove: fc.nat(6),
    insert: fc.string({ unit: 'binary', maxLength: 3 }),
  });
  return fc.tuple(sound, fc.array(change, { minLength: 1, maxLength: 3 })).map(([text, changes]) =>
    changes.reduce((current, { at, remove, insert }) => {
      const start = at % (current.length + 1);
      return current.slice(0, start) + insert + current.slice(start + remove);
    }, text),
  );
}

/** How bytes are damaged: as disks, crashes and other programs do. */
export interface ByteDamage {
  readonly kind: 'flip' | 'truncate' | 'extend' | 'zero' | 'empty' | 'cut';
  readonly at: number;
  readonly length: number;
}

export const byteDamage: fc.Arbitrary<ByteDamage> = fc.record({
  kind: fc.constantFrom('flip', 'truncate', 'extend', 'zero', 'empty', 'cut'),
  at: fc.nat(),
  length: fc.integer({ min: 1, max: 64 }),
});

/** The damaged bytes; those given stay as they are. */
export function damageBytes(bytes: Uint8Array, { kind, at, length }: ByteDamage): Uint8Array {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  const damaged = Uint8Array.from(bytes);
  switch (kind) {
    case 'flip':
      if (bytes.length > 0) damaged[place] = (damaged[place] ?? 0) ^ (1 << (length % 8));
      return damaged;
    case 'truncate':
      return damaged.slice(0, place);
    case 'extend':
      return Uint8Array.from([...bytes, ...Array<number>(length).fill(at % 256)]);
    case 'zero':
      return damaged.fill(0, place, place + length);
    case 'empty':
      return new Uint8Array(0);
    case 'cut':
      return Uint8Array.from([...bytes.subarray(0, place), ...bytes.subarray(place + length)]);
  }
}
