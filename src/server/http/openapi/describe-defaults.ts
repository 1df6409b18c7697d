// Defaults of job fields in their descriptions. They are no `default` of the schema: programs that fill defaults in would
// replace the settings of the environment's preset.
import type { Json, NamedSchemas } from './merge-variants.ts';

const place = '#/components/schemas/';

/** Adds to each field of a named object schema what it is without a preset. */
export function describeDefaults(
  name: string,
  schemas: NamedSchemas,
  defaults: Readonly<Record<string, unknown>>,
): NamedSchemas {
  const describeObject = (schema: Json, values: Readonly<Record<string, unknown>>): Json => {
    if (!isObject(schema) || !isObject(schema.properties)) return schema;
    const properties = Object.entries(schema.properties).map(([field, inner]): [string, Json] => [
      field,
      describeField(inner, values[field]),
    ]);
    return { ...schema, properties: Object.fromEntries(properties) };
  };
  const describeField = (field: Json, value: unknown): Json => {
    if (value === undefined || !isObject(field)) return field;
    if (isObject(field.properties) && isRecord(value)) return describeObject(field, value);
    const named = typeof field.$ref === 'string' ? schemas[field.$ref.slice(place.length)] : undefined;
    const text = field.description ?? (isObject(named) ? named.description : undefined);
    const beginning = typeof text === 'string' ? `${text}. ` : '';
    return { ...field, description: `${beginning}Without a preset: ${JSON.stringify(value)}` };
  };
  return { ...schemas, [name]: describeObject(schemas[name] ?? {}, defaults) };
}

function isObject(json: Json | undefined): json is Record<string, Json> {
  return isRecord(json);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
