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
import { webhookUrlSchema } from './webhook-url.ts';

/** The model of another job, or one that came with the request. */
export const startFromSchema = z.union(
  [
    z.strictObject({
      job: z.string().max(64).describe('Id of the job'),
      model: modelNameSchema.default('best').describe('Which model of the job'),
    }),
    z.strictObject({
      upload: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal')
        .describe('SHA-256 of the uploaded archive'),
    }),
  ],
  'must be {"job": ID, "model": "best" or "latest"}, or left out where a model is uploaded',
);
export type StartFrom = z.infer<typeof startFromSchema>;

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
      'Start from the weights of another job or of an uploaded model, with its network; null: start with new weights',
    ),
  engine: z
    .enum(requestedEngines)
    .describe(
      'What computes the network: wasm (own kernels), tfjs (TensorFlow.js), or auto: the kernels where they can',
    ),
  name: z.string().max(200).nullable().describe('Label for people'),
  metadata: metadataSchema.describe('Up to 32 of your own values, stored with the job'),
  webhook: webhookUrlSchema
    .nullable()
    .describe(
      'Address that is told of each change of state; its host must be allowed by the server; null: nobody',
    ),
  remoteWorkers: z
    .int()
    .min(0)
    .max(64)
    .describe(
      'How many of the workers run on other machines, where `a3c worker` was started; for servers with --nats',
    ),
  remotePrecision: z
    .enum(['float32', 'float16'])
    .describe(
      'Numbers in which gradients and parameters travel to and from other machines; float16 halves the bytes, and rounds',
    ),
  sumRemoteGradients: z
    .boolean()
    .describe(
      'Whether the workers of one `a3c worker` add up their gradients before they travel: fewer messages, and fewer but larger updates; not for algorithms that learn in rounds',
    ),
  maxStaleness: z
    .int()
    .min(0)
    .max(1_000_000)
    .nullable()
    .describe(
      'Refuse a gradient if more updates than this were applied since its parameters were read; null: apply all; not for algorithms that learn in rounds',
    ),
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
