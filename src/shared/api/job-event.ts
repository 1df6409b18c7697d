// Events of a job, as GET /jobs/{id}/events sends them and the server stores them.
import { z } from 'zod';
import {
  evaluationResultSchema,
  jobChangeSchema,
  jobStateSchema,
  jobWarningSchema,
  trainingFiguresSchema,
} from '../job/job.ts';

export const jobEventTypes = [
  'state',
  'progress',
  'episode',
  'evaluation',
  'warning',
  'change',
  'log',
] as const;

export const jobEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('state'),
    data: z.object({ state: jobStateSchema, reason: z.string().nullable(), attempt: z.int() }),
  }),
  z.object({ type: z.literal('progress'), data: trainingFiguresSchema }),
  z.object({
    type: z.literal('episode'),
    data: z.object({
      episode: z.int(),
      worker: z.int(),
      return: z.number(),
      length: z.int(),
      steps: z.int().describe('Training steps of all workers when the episode was counted'),
    }),
  }),
  z.object({
    type: z.literal('evaluation'),
    data: evaluationResultSchema.extend({ isBest: z.boolean() }),
  }),
  z.object({ type: z.literal('warning'), data: jobWarningSchema }),
  z.object({
    type: z.literal('change'),
    data: jobChangeSchema.omit({ time: true }).describe('A setting was changed'),
  }),
  z.object({
    type: z.literal('log'),
    data: z.object({ level: z.enum(['info', 'warn', 'error']), message: z.string() }),
  }),
]);
/** An event by its `type`; in a stream, the type is the event name. */
export type JobEvent = z.infer<typeof jobEventSchema>;

/** An event as it is stored and sent. Ids of one job increase by one. */
export const jobEventRecordSchema = z
  .object({
    id: z.int().describe('Increases with each event of a job; for Last-Event-ID'),
    time: z.iso.datetime(),
  })
  .and(jobEventSchema);
export type JobEventRecord = z.infer<typeof jobEventRecordSchema>;
