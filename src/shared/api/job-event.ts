// Events of a job, as GET /jobs/{id}/events sends them and the server stores them.
import { z } from 'zod';
import {
  evaluationResultSchema,
  jobChangeSchema,
  jobStateSchema,
  jobWarningSchema,
  trainingFiguresSchema,
} from '../job/job.ts';

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

/** Answer of GET /jobs/{id}/events, unless it is a stream: events in the order of their ids. */
export const eventPageSchema = z.object({
  data: z.array(jobEventRecordSchema),
  hasMore: z.boolean(),
  lastId: z.int().nullable(),
});
export type EventPage = z.infer<typeof eventPageSchema>;

/** Answer of GET /jobs/{id}/events/newest, oldest first. */
export const newestEventsSchema = z.object({
  data: z.array(jobEventRecordSchema),
  lastId: z.int().describe('Id of the newest event of any kind: events after it are new'),
});
export type NewestEvents = z.infer<typeof newestEventsSchema>;
