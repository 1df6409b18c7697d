// Schemas for readers that ignore unknown fields, because data may come from a newer version. Posted data is checked
// by the schema itself, which refuses unknown fields by name.
import { z } from 'zod';

/** Returns a schema that drops unknown fields at every depth. */
export function acceptUnknownFields<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => dropUnknownFields(schema, value), schema);
}

function dropUnknownFields(schema: z.core.$ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return dropUnknownFields(schema.def.innerType, value);
  }
  if (schema instanceof z.ZodArray) {
    return Array.isArray(value) ? value.map((element) => dropUnknownFields(schema.element, element)) : value;
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const option = schema.options.find((candidate) => fits(candidate, schema.def.discriminator, value));
    return option === undefined ? value : dropUnknownFields(option, value);
  }
  if (schema instanceof z.ZodUnion) {
    const readings = schema.options.map((option) => ({ option, read: dropUnknownFields(option, value) }));
    return readings.find(({ option, read }) => z.safeParse(option, read).success)?.read ?? value;
  }
  return schema instanceof z.ZodObject ? pickFields(schema.shape, value) : value;
}

function fits(option: z.core.$ZodType, discriminator: string, value: unknown): boolean {
  if (!(option instanceof z.ZodObject) || !isRecord(value)) return false;
  const schema: unknown = option.shape[discriminator];
  return schema instanceof z.ZodType && schema.safeParse(value[discriminator]).success;
}

function pickFields(shape: Readonly<Record<string, z.core.$ZodType>>, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) => {
      const schema = Object.hasOwn(shape, key) ? shape[key] : undefined;
      return schema === undefined ? [] : [[key, dropUnknownFields(schema, field)]];
    }),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
