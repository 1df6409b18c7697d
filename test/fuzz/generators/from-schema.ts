// Generator of values that a zod schema accepts, from its JSON schema. It knows ranges, unions and defaults, but not
// rules between several fields.
import fc from 'fast-check';
import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface FromSchemaOptions {
  /** In how many of ten values an optional field is there. */
  readonly tenthsOfOptional: number;
}

export function fromSchema(schema: z.ZodType, options: FromSchemaOptions): fc.Arbitrary<unknown> {
  return walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), options);
}

function walk(schema: JsonSchema, options: FromSchemaOptions): fc.Arbitrary<unknown> {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return fc.oneof(...alternatives.map((one) => walk(one, options)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom<unknown>(...schema.enum);
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return walkNumber(schema);
    case 'string':
      return fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 12, 24) });
    case 'array':
      return walkArray(schema, options);
    case 'object':
      return walkObject(schema, options);
    case undefined:
    default:
      return fc.constant({});
  }
}

/** Small numbers more often than large ones, and the bounds themselves. */
function walkNumber(schema: JsonSchema): fc.Arbitrary<number> {
  const exclusiveMin = readBound(schema.exclusiveMinimum);
  const exclusiveMax = readBound(schema.exclusiveMaximum);
  const min = schema.minimum ?? exclusiveMin ?? -1e6;
  const max = schema.maximum ?? exclusiveMax ?? 1e6;
  if (schema.type === 'number') {
    return fc.double({
      min,
      max,
      minExcluded: exclusiveMin !== undefined,
      maxExcluded: exclusiveMax !== undefined,
      noNaN: true,
    });
  }
  return fc.oneof(
    fc.integer({ min, max: Math.min(max, min + 16) }),
    fc.constantFrom(min, max),
    fc.maxSafeInteger().map((value) => Math.min(max, Math.max(min, value))),
  );
}

/** Older drafts of JSON schema say true or false here. */
function readBound(bound: number | boolean | undefined): number | undefined {
  return typeof bound === 'number' ? bound : undefined;
}

function walkArray({ items, maxItems = 3 }: JsonSchema, options: FromSchemaOptions): fc.Arbitrary<unknown> {
  const item = typeof items === 'object' && !Array.isArray(items) ? walk(items, options) : fc.constant(0);
  return fc.array(item, { maxLength: Math.min(maxItems, 3) });
}

function walkObject(
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  options: FromSchemaOptions,
): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([key, property]) => {
    const value = typeof property === 'boolean' ? fc.constant(1) : walk(property, options);
    const field = value.map((one) => [[key, one]] as const);
    if (required.includes(key)) return field;
    return fc.oneof(
      { arbitrary: fc.constant([] as const), weight: 10 - options.tenthsOfOptional },
      { arbitrary: field, weight: options.tenthsOfOptional },
    );
  });
  const extra =
    typeof additionalProperties === 'object' && Object.keys(properties).length === 0
      ? fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 12 }), walk(additionalProperties, options)), {
          maxLength: 3,
        })
      : fc.constant([]);
  return fc
    .tuple(extra, ...fields)
    .map((entries) => Object.fromEntries(entries.flatMap((some) => [...some])));
}
