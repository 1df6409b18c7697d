// Specs as they were stored, perhaps by an earlier version that knew fewer fields, or by a later one that knows more.
import { z } from 'zod';
import { acceptUnknownFields } from '../schemas/accept-unknown-fields.ts';
import { jobSpecSchema } from './job-spec.ts';
import { jobDefaults } from './job-defaults.ts';

const fieldsSchema = z.looseObject({ checkpoint: z.looseObject({}).optional() });

/** A field that came later means what its default means: whatever was done before there was a choice. */
export const storedJobSpecSchema = z.preprocess((stored) => {
  const fields = fieldsSchema.safeParse(stored);
  if (!fields.success) return stored;
  const { checkpoint } = fields.data;
  return { ...jobDefaults, ...fields.data, checkpoint: { ...jobDefaults.checkpoint, ...checkpoint } };
}, acceptUnknownFields(jobSpecSchema));
