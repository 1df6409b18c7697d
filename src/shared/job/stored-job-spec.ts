// Specs as they were stored, perhaps by an earlier version that knew fewer fields.
import { z } from 'zod';
import { jobSpecSchema } from './job-spec.ts';
import { jobDefaults } from './job-defaults.ts';

/** A field that came later means what its default means: whatever was done before there was a choice. */
export const storedJobSpecSchema = z.preprocess(
  (stored) => (typeof stored === 'object' && stored !== null ? { ...jobDefaults, ...stored } : stored),
  jobSpecSchema,
);
