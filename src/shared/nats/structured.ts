// Values as bytes: objects with typed arrays, as structured clones between processes of the same version of Node.
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { errorRecordSchema } from '../errors/error-record-schema.ts';
import type { WorkerAssignment } from '../protocol/worker-task.ts';
import { DamagedMessageError } from './frames.ts';

export function encodeValue(value: unknown): Uint8Array {
  return serialize(value);
}

/** Decodes a value; throws DamagedMessageError if it is not what the schema says. */
export function decodeValue<Value>(bytes: ArrayBuffer, schema: z.ZodType<Value>): Value {
  try {
    return schema.parse(deserialize(new Uint8Array(bytes)));
  } catch (error) {
    throw new DamagedMessageError('a message cannot be read', { cause: error });
  }
}

const assignmentSchema = z.custom<WorkerAssignment>(
  (value) => typeof value === 'object' && value !== null && 'origin' in value && 'spec' in value,
);

/** Begin of a worker: its assignment, and the first parameters as a parameters message. */
export const beginSchema = z.object({
  assignment: assignmentSchema,
  parameters: z.instanceof(Uint8Array),
});
export type Begin = z.infer<typeof beginSchema>;

/** End of a worker: the error that ended it, or null after it was told to stop. */
export const endedSchema = z.object({ error: errorRecordSchema.nullable() });
