// Spec of a training job: one schema from which the HTTP body, CLI flags, help, OpenAPI and types derive.
import { z } from 'zod';
import { requestedEngines } from '../engines/engine-choice.ts';
import {
  algorithmNames,
  describeAlgorithms,
  requestedSettingsFields,
  settingsFields,
} from '../algorithms/algorithms.ts';
import { environmentFields, learningFields, requestedFields, runFields } from '../job-fields/job-fields.ts';
import { modelNameSchema } from './model-name.ts';

export const startFromSchema = z.strictObject({
  job: z.string().max(64).describe('Id of the job'),
  model: modelNameSchema.default('best').describe('Which model of the job'),
});

export const algorithmSchema = z.enum(algorithmNames).describe(describeAlgorithms());
export type Algorithm = z.infer<typeof algorithmSchema>;

const metadataSchema = z
  .record(z.string().min(1).max(64), z.union([z.string().max(1024), z.number(), z.boolean(), z.null()]))
  .refine((metadata) => Object.keys(metadata).length <= 32, 'at most 32 keys');

/** The fully resolved spec, which a job stores and a master trains from. */
export const jobSpecSchema = z.strictObject({
  ...environmentFields,
  algorithm: algorithmSchema,
  ...learningFields,
  ...settingsFields,
  ...runFields,
  startFrom: startFromSchema
    .nullable()
    .describe(
      'Start from the weights of another job, with the network of that job; null: start with new weights',
    ),
  engine: z
    .enum(requestedEngines)
    .describe(
      'What computes the network: wasm (own kernels), tfjs (TensorFlow.js), or auto: the kernels where they can',
    ),
  name: z.string().max(200).nullable().describe('Label for people'),
  metadata: metadataSchema.describe('Up to 32 of your own values, stored with the job'),
});
export type JobSpec = z.infer<typeof jobSpecSchema>;

/** Body of a POST: `environment`, and every setting that should differ from the environment's preset. */
export const jobRequestSchema = z.strictObject({
  ...jobSpecSchema.partial().shape,
  ...environmentFields,
  ...requestedSettingsFields,
  ...requestedFields,
});
export type JobRequest = z.input<typeof jobRequestSchema>;
