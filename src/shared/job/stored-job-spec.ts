// Schema of stored specs, which may come from an earlier version with fewer fields, or from a later one with more.
import { z } from 'zod';
import { noWrappers } from '../environments/wrappers/no-wrappers.ts';
import { acceptUnknownFields } from '../schemas/accept-unknown-fields.ts';
import { jobSpecSchema } from './job-spec.ts';
import { jobDefaults } from './job-defaults.ts';

const branch = z.looseObject({}).optional();
const fieldsSchema = z.looseObject({
  checkpoint: branch,
  evaluation: branch,
  stop: branch,
  wrappers: branch,
});

/** Limits that earlier versions did not have. */
const { noImprovement, collapse } = jobDefaults.stop;
const noStop = { noImprovement, collapse };

/** A field that was added later gets its default, which is what earlier versions did. */
export const storedJobSpecSchema = z.preprocess((stored) => {
  const fields = fieldsSchema.safeParse(stored);
  if (!fields.success) return stored;
  const { checkpoint, evaluation, stop, wrappers } = fields.data;
  return {
    ...jobDefaults,
    ...fields.data,
    checkpoint: { ...jobDefaults.checkpoint, ...checkpoint },
    evaluation: { ...jobDefaults.evaluation, ...evaluation },
    stop: { ...noStop, ...stop },
    wrappers: { ...noWrappers, ...wrappers },
  };
}, acceptUnknownFields(jobSpecSchema));
