// Webhooks: what is posted when the state of a job changes, and how its delivery goes.
import { z } from 'zod';
import { jobAnswerSchema, jobStateSchema } from '../job/job.ts';

/** Names of the headers that a webhook is posted with. */
export const webhookHeaders = { delivery: 'a3c-delivery', signature: 'a3c-signature' } as const;

/** Body of the request that is posted. */
export const webhookPayloadSchema = z.object({
  id: z
    .string()
    .describe('Id of the delivery; the same when it is repeated, so a receiver can drop what it has seen'),
  type: z.literal('job.state'),
  time: z.iso.datetime().describe('When the state changed'),
  event: z.int().describe('Id of the event of the job; higher ids are newer, whatever arrives first'),
  job: z
    .object({
      ...jobAnswerSchema.pick({
        id: true,
        name: true,
        state: true,
        stateReason: true,
        endedBy: true,
        attempt: true,
        createdAt: true,
        startedAt: true,
        finishedAt: true,
        progress: true,
        reward: true,
        models: true,
        error: true,
      }).shape,
      environment: jobAnswerSchema.shape.spec.shape.environment,
      algorithm: jobAnswerSchema.shape.spec.shape.algorithm,
      metadata: jobAnswerSchema.shape.spec.shape.metadata,
    })
    .describe('The job when its state changed, with the fields of GET /jobs/{id}'),
});
export type WebhookPayload = z.infer<typeof webhookPayloadSchema>;

export const deliveryStates = ['pending', 'delivered', 'failed'] as const;

/** Delivery of one change of state to one receiver. */
export const deliverySchema = z.object({
  id: z.string(),
  event: z.int().describe('Id of the event of the job'),
  jobState: jobStateSchema.describe('The state that the job changed to'),
  host: z.string().describe('Host of the receiver'),
  state: z.enum(deliveryStates).describe('failed: given up'),
  attempts: z.int(),
  createdAt: z.iso.datetime(),
  nextAttemptAt: z.iso.datetime().nullable().describe('When it is tried next; null if it is over'),
  finishedAt: z.iso.datetime().nullable(),
  status: z.int().nullable().describe('HTTP status of the last answer'),
  error: z.string().nullable().describe('Why the last attempt failed'),
});
export type Delivery = z.infer<typeof deliverySchema>;

export const deliveryListSchema = z.object({ data: z.array(deliverySchema) });
export type DeliveryList = z.infer<typeof deliveryListSchema>;
