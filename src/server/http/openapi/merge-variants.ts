// Names of schemas that requests and answers share. The generator writes two variants of each named schema: `Job` for
// answers and `JobInput` for requests. Here unused ones go, and where one is enough it gets the plain name.
import type { z } from 'zod';

export type Json = z.core.util.JSONType;
export type NamedSchemas = Readonly<Record<string, Json>>;

const place = '#/components/schemas/';
const inputSuffix = 'Input';

/** Answers may have more fields in later versions, so their objects are open. Requests refuse unknown fields. */
export function openObjects(json: Json): Json {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(openObjects);
  const kept = Object.entries(json).filter(
    ([key, value]) => !(key === 'additionalProperties' && value === false),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, openObjects(value)]));
}

/** Returns the schemas in use, each under its plain name unless its variants differ, and what refers to them. */
export function mergeVariants(
  described: Json,
  schemas: NamedSchemas,
): { described: Json; schemas: NamedSchemas } {
  const used = findUsed(described, schemas);
  const names = [...used].filter((name) => name.endsWith(inputSuffix));
  const plain = new Map(names.map((name) => [name, name.slice(0, -inputSuffix.length)]));
  // A variant that differs from the other makes those differ that refer to it.
  for (let before = 0; before !== plain.size;) {
    before = plain.size;
    for (const [input, name] of plain) {
      const isSame = writeRenamed(schemas[input], plain) === writeRenamed(schemas[name], plain);
      if (used.has(name) && !isSame) plain.delete(input);
    }
  }
  const kept = [...used].map((name): [string, Json] => [
    plain.get(name) ?? name,
    rename(schemas[name] ?? {}, plain),
  ]);
  kept.sort(([first], [second]) => (first < second ? -1 : 1));
  return { described: rename(described, plain), schemas: Object.fromEntries(kept) };
}

/** Names that the described calls refer to, directly or through other schemas. */
function findUsed(described: Json, schemas: NamedSchemas): ReadonlySet<string> {
  const used = new Set(listReferences(described));
  // A set that grows while it is walked is walked to its new end.
  for (const name of used) for (const other of listReferences(schemas[name] ?? {})) used.add(other);
  return used;
}

function listReferences(json: Json): string[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value.slice(place.length)] : listReferences(value),
  );
}

function rename(json: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((item) => rename(item, names));
  const entries = Object.entries(json).map(([key, value]): [string, Json] => {
    if (key !== '$ref' || typeof value !== 'string') return [key, rename(value, names)];
    const name = value.slice(place.length);
    return [key, place + (names.get(name) ?? name)];
  });
  return Object.fromEntries(entries);
}

function writeRenamed(schema: Json | undefined, names: ReadonlyMap<string, string>): string {
  return JSON.stringify(rename(schema ?? {}, names));
}
