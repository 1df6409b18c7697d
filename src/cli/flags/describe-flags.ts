// Derives command-line flags from a zod schema: one per field, nested fields with a dot.
import { z } from 'zod';

export type FlagType = 'number' | 'boolean' | 'text' | 'list' | 'json';

export interface Flag {
  /** Where the value belongs, e.g. `optimizer.learningRate`. */
  readonly path: string;
  /** How it is spelled: `--optimizer.learning-rate`. */
  readonly name: string;
  readonly type: FlagType;
  readonly isNullable: boolean;
  readonly choices: readonly string[];
  readonly description: string;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The flags of every field of an object schema, in its order, but for those excluded and all below them. */
export function describeFlags(schema: z.ZodType, excluded: readonly string[] = []): Flag[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const isExcluded = (path: string): boolean =>
    excluded.some((name) => path === name || path.startsWith(`${name}.`));
  return describeProperties(json, '').filter(({ path }) => !isExcluded(path));
}

/** `stop.maxSteps` → `--stop.max-steps`. */
export function toFlagName(path: string): string {
  return `--${path.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function describeProperties(schema: JsonSchema, prefix: string): Flag[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) =>
    typeof property === 'boolean' ? [] : describeProperty(property, `${prefix}${key}`),
  );
}

function describeProperty(schema: JsonSchema, path: string): Flag[] {
  const alternatives = listAlternatives(schema);
  const objects = alternatives.filter(({ properties }) => properties !== undefined);
  if (objects.length > 0) {
    // The variants of a union share some fields: the first one's text stands for all.
    const flags = new Map<string, Flag>();
    for (const flag of objects.flatMap((object) => describeProperties(object, `${path}.`))) {
      if (!flags.has(flag.path)) flags.set(flag.path, flag);
    }
    return [...flags.values()];
  }
  const isNullable = alternatives.some(({ type }) => type === 'null');
  const choices = alternatives
    .flatMap((one) => one.enum ?? (one.const === undefined ? [] : [one.const]))
    .map(String);
  const flag = { path, name: toFlagName(path), type: findFlagType(alternatives), isNullable, choices };
  return [{ ...flag, description: describe(schema, choices) }];
}

function listAlternatives(schema: JsonSchema): JsonSchema[] {
  const { type } = schema;
  if (Array.isArray(type)) return type.map((one) => ({ ...schema, type: one }));
  return schema.anyOf ?? schema.oneOf ?? [schema];
}

function findFlagType(alternatives: readonly JsonSchema[]): FlagType {
  const types = new Set(alternatives.map(({ type }) => type).filter((type) => type !== 'null'));
  if (types.size !== 1) return 'json';
  if (types.has('number') || types.has('integer')) return 'number';
  if (types.has('boolean')) return 'boolean';
  if (types.has('array') && alternatives.every(isTextArray)) return 'list';
  return types.has('string') ? 'text' : 'json';
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** An array of text, which a flag gives by being repeated. */
function isTextArray({ items }: JsonSchema): boolean {
  return typeof items === 'object' && !Array.isArray(items) && items.type === 'string';
}

function describe(schema: JsonSchema, choices: readonly string[]): string {
  const description =
    schema.description ?? listAlternatives(schema).find((one) => one.description)?.description ?? '';
  // A text that already says what each choice means need not list them again.
  const listed = choices.length > 1 && !choices.every((choice) => description.includes(choice));
  const parts = [description, listed ? `(${choices.join(' | ')})` : ''];
  if (schema.default !== undefined && !isEmptyList(schema.default))
    parts.push(`(default: ${JSON.stringify(schema.default)})`);
  return parts.filter((part) => part !== '').join(' ');
}
