// Changes of a job's settings after it was posted: labels at any time, and what a job may be trained with from one update
// to the next.
import { z } from 'zod';
import { learningFields, stopSchema } from '../job-fields/job-fields.ts';
import { labelPaths, trainingPaths } from './changeable-paths.ts';
import { adamSchema } from '../optimizers/optimizer-spec.ts';
import { jobSpecSchema, type JobSpec } from './job-spec.ts';

const labelFields = {
  name: jobSpecSchema.shape.name,
  metadata: jobSpecSchema.shape.metadata.describe('Replaces all metadata of the job'),
};
const { learningRate, criticLearningRate } = adamSchema.shape;
const { entropyCoefficient, finalEntropyCoefficient } = learningFields;

/** Body of a PATCH. A field that is missing keeps its value. */
export const jobChangesSchema = z
  .strictObject({
    ...labelFields,
    entropyCoefficient,
    finalEntropyCoefficient,
    optimizer: z.strictObject({ learningRate, criticLearningRate }).partial(),
    stop: stopSchema.partial(),
  })
  .partial();
export type JobChanges = z.infer<typeof jobChangesSchema>;

/** One field of a spec, before and after a change. */
export interface FieldChange {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Returns the spec with its changes; its parts may contradict each other then. */
export function changeSpec(spec: JobSpec, { optimizer, stop, ...fields }: JobChanges): JobSpec {
  return jobSpecSchema.parse({
    ...spec,
    ...fields,
    optimizer: { ...spec.optimizer, ...optimizer },
    stop: { ...spec.stop, ...stop },
  });
}

/** Lists the changeable fields whose values are different. */
export function listFieldChanges(before: JobSpec, after: JobSpec): FieldChange[] {
  return [...labelPaths, ...trainingPaths].flatMap((path) => {
    const [from, to] = [read(before, path), read(after, path)];
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, from, to }];
  });
}

function read(spec: JobSpec, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => new Map(Object.entries(value ?? {})).get(name), spec);
}
