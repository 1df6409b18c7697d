// Route of a job's events, as a stream or in pages.
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { jobEventTypes } from '../../../shared/api/job-event-types.ts';
import { eventPageSchema, newestEventsSchema } from '../../../shared/api/job-event.ts';
import { isFinished } from '../../../shared/job/transition.ts';
import { EventPages } from '../events/event-pages.ts';
import { createChangeStream, minChangeIntervalMs } from '../events/change-stream.ts';
import { createEventStream } from '../events/event-stream.ts';
import { TooManyStreamsError } from '../problems/http-errors.ts';
import type { HttpLimits } from '../limits.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { jobParametersSchema, parseJobId } from './job-parameters.ts';
import { queryInteger } from './query-integer.ts';

const tags = ['events'];

const eventId = z.int().min(0);

const typesSchema = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(jobEventTypes)).min(1).max(jobEventTypes.length));
const typesText = `Kinds of events, separated by commas: ${jobEventTypes.join(', ')}`;
const typesExamples = ['state,evaluation,warning,log'];

const everySecondsSchema = queryInteger(z.int().min(0).max(10).default(0));

const querySchema = z.strictObject({
  after: queryInteger(eventId.default(0)).describe('Only events after the event with this id'),
  limit: queryInteger(z.int().min(1).max(1000).default(100)).describe('Events per page (JSON only)'),
  types: typesSchema.optional().meta({ description: `${typesText} (streams only)`, examples: typesExamples }),
  everySeconds: everySecondsSchema.describe(
    'Events within this time are sent together; 0: as they happen (streams only)',
  ),
});

const changesQuerySchema = z.strictObject({
  everySeconds: everySecondsSchema.describe(
    'Changes within this time are sent together; 0: four times a second at most',
  ),
});

const newestQuerySchema = z.strictObject({
  types: typesSchema.meta({ description: typesText, examples: typesExamples }),
  limit: queryInteger(z.int().min(1).max(1000).default(100)).describe('Maximum number of events'),
});

const headersSchema = z.looseObject({
  'last-event-id': queryInteger(eventId.optional()).describe(
    'Used instead of `after`; an EventSource sends it when it reconnects',
  ),
});

/** A stream is sent as it is; the schema only names its type. */
const streamSchema = z.custom<Readable>((value) => value instanceof Readable);

const streamResponses = {
  200: {
    description: 'The stream; it has no end',
    content: { 'text/event-stream': { schema: streamSchema } },
  },
  ...problemResponses,
};

export function registerEventRoutes(
  app: App,
  { jobs, store, bus }: Services,
  { heartbeatMs, stallLimitMs, maxEventStreams }: HttpLimits,
): void {
  const pages = new EventPages({ store, bus });
  let openStreams = 0;
  /** Closes the connection when its reader takes nothing, and counts the stream until then. */
  const open = ({ raw: { socket } }: FastifyRequest, create: (onStall: () => void) => Readable): Readable => {
    if (openStreams >= maxEventStreams) throw new TooManyStreamsError(maxEventStreams);
    // Heartbeats keep a connection active; a connection that takes none of them is closed. Node resets this with
    // the next request.
    socket.setTimeout(stallLimitMs);
    const stream = create(() => {
      socket.destroy();
    });
    openStreams += 1;
    stream.once('close', () => (openStreams -= 1));
    return stream;
  };

  app.get('/events', {
    exposeHeadRoute: false,
    schema: {
      operationId: 'followChanges',
      tags,
      summary: 'Follow the changes of all jobs',
      description:
        'A stream of server-sent events: `ready` at its start, `job` with a job in short (as in /overviews) whenever it ' +
        'has changed, four times a second at most, and `removed` with the `id` of a job that was deleted. Nothing is ' +
        'repeated: read /overviews after each `ready`.',
      querystring: changesQuerySchema,
      response: streamResponses,
    },
    handler: async (request, reply) => {
      const intervalMs = Math.max(minChangeIntervalMs, request.query.everySeconds * 1000);
      return sendStream(
        reply,
        open(request, (onStall) =>
          createChangeStream({ store, bus, heartbeatMs, stallLimitMs }, { intervalMs, onStall }),
        ),
      );
    },
  });

  app.get('/jobs/:id/events/newest', {
    schema: {
      operationId: 'listNewestEvents',
      tags,
      summary: 'Read the newest events of a job',
      description:
        'Of the kinds that are asked for, oldest first. `lastId` is the id of the newest event of any kind: a stream that ' +
        'starts after it misses nothing.',
      params: jobParametersSchema,
      querystring: newestQuerySchema,
      response: { 200: newestEventsSchema.describe('The newest events'), ...problemResponses },
    },
    handler: ({ params, query: { types, limit } }) => {
      const { id } = jobs.get(parseJobId(params));
      const lastId = store.events.lastId(id);
      return { data: store.events.listNewest(id, types, limit), lastId };
    },
  });

  app.get('/jobs/:id/events', {
    // HEAD would have to read the stream to its end.
    exposeHeadRoute: false,
    schema: {
      operationId: 'listEvents',
      tags,
      summary: 'Read or follow the events of a job',
      description:
        'With `Accept: text/event-stream`: a stream of server-sent events (`state`, `progress`, `episode`, ' +
        '`evaluation`, `warning`, `log`) that starts after `Last-Event-ID`, or with the oldest event kept, and ends with the ' +
        'job. If the job is finished and has no newer events, the answer is 204, which tells an EventSource to stop. ' +
        'The newest 10 000 events of a job are kept. Without that header: a page of events as JSON.',
      headers: headersSchema,
      params: jobParametersSchema,
      querystring: querySchema,
      response: {
        200: {
          description: 'A page of events, or the stream',
          content: {
            'application/json': { schema: eventPageSchema },
            'text/event-stream': { schema: streamSchema },
          },
        },
        204: z.null().describe('The job is finished and has no newer events'),
        ...problemResponses,
      },
    },
    handler: async (request, reply) => {
      const jobId = parseJobId(request.params);
      const { state } = jobs.get(jobId);
      const { limit, types = null, everySeconds } = request.query;
      if (!request.headers.accept?.includes('text/event-stream')) {
        const events = store.events.list(jobId, request.query.after, limit + 1);
        const data = events.slice(0, limit);
        return reply.send({ data, hasMore: events.length > limit, lastId: data.at(-1)?.id ?? null });
      }
      const after = request.headers['last-event-id'] ?? request.query.after;
      if (isFinished(state) && store.events.lastId(jobId) <= after) return reply.code(204).send(null);
      return sendStream(
        reply,
        open(request, (onStall) =>
          createEventStream(
            { pages, bus, heartbeatMs, stallLimitMs },
            { jobId, after, types, intervalMs: everySeconds * 1000, onStall },
          ),
        ),
      );
    },
  });
}

function sendStream(reply: FastifyReply, stream: Readable): FastifyReply {
  return reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .send(stream);
}
