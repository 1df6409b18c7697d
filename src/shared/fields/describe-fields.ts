// Fields of a zod schema, for flags and suggestions. Nested fields have a path with dots.
import { z } from 'zod';

export type FieldType = 'number' | 'boolean' | 'text' | 'list' | 'json';

export interface Field {
  /** Path of the value, e.g. `optimizer.learningRate`. */
  readonly path: string;
  readonly type: FieldType;
  readonly isNullable: boolean;
  readonly choices: readonly string[];
  /** The default as JSON; undefined if there is none, or if the variants of a union differ. */
  readonly default: string | undefined;
  /** The schema's description, with choices and default. */
  readonly description: string;
}

interface DescribedField extends Omit<Field, 'description'> {
  readonly text: string;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Lists every field of an object schema, in its order. */
export function describeFields(schema: z.ZodType): Field[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const fields = mergeVariants(listAlternatives(json).map((variant) => describeProperties(variant, '')));
  return fields.map((field) => ({ ...field, description: describe(field) }));
}

function describeProperties(schema: JsonSchema, prefix: string): DescribedField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) =>
    typeof property === 'boolean' ? [] : describeProperty(property, `${prefix}${key}`),
  );
}

function describeProperty(schema: JsonSchema, path: string): DescribedField[] {
  const alternatives = listAlternatives(schema);
  const objects = alternatives.filter(({ properties }) => properties !== undefined);
  if (objects.length > 0) return mergeVariants(objects.map((one) => describeProperties(one, `${path}.`)));
  const field = {
    path,
    type: findType(alternatives),
    isNullable: alternatives.some(({ type }) => type === 'null'),
    choices: alternatives
      .flatMap((one) => one.enum ?? (one.const === undefined ? [] : [one.const]))
      .map(String),
    text: schema.description ?? alternatives.find((one) => one.description)?.description ?? '',
  };
  const hasDefault = schema.default !== undefined && !isEmptyList(schema.default);
  return [{ ...field, default: hasDefault ? JSON.stringify(schema.default) : undefined }];
}

/** Merges the fields of all variants of a union; each field appears once. */
function mergeVariants(variants: readonly DescribedField[][]): DescribedField[] {
  const merged = new Map<string, DescribedField>();
  for (const field of variants.flat()) {
    const before = merged.get(field.path);
    merged.set(field.path, before ? mergeFields(before, field) : field);
  }
  return [...merged.values()];
}

/**
 * Merges a field of two variants. A choice has no common text, because each variant describes only its own
 * alternative.
 */
function mergeFields(first: DescribedField, second: DescribedField): DescribedField {
  const choices = [...new Set([...first.choices, ...second.choices])];
  const isSame = first.text === second.text || choices.length === 0;
  return {
    ...first,
    choices,
    text: isSame ? first.text : '',
    default: first.default === second.default ? first.default : undefined,
  };
}

function listAlternatives(schema: JsonSchema): JsonSchema[] {
  const { type } = schema;
  if (Array.isArray(type)) return type.map((one) => ({ ...schema, type: one }));
  return schema.anyOf ?? schema.oneOf ?? [schema];
}

function findType(alternatives: readonly JsonSchema[]): FieldType {
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

function isTextArray({ items }: JsonSchema): boolean {
  return typeof items === 'object' && !Array.isArray(items) && items.type === 'string';
}

function describe({ type, text, choices, default: value }: DescribedField): string {
  // A text that already explains each choice does not need the list.
  const isListed = choices.length > 0 && !choices.every((choice) => text.includes(choice));
  const parts = [text, isListed ? `(${choices.join(' | ')})` : ''];
  // A switch is off unless it is given.
  const isSwitch = type === 'boolean' && value === 'false';
  if (value !== undefined && !isSwitch) parts.push(`(default: ${value})`);
  return parts.filter((part) => part !== '').join(' ');
}
