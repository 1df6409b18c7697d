// Routes for operators: the status of the server, and whether it works.
import { z } from 'zod';
import {
  healthSchema,
  maxListedJobs,
  serverStatusSchema,
  type ServerStatus,
} from '../../../shared/api/server-status.ts';
import { jobStates } from '../../../shared/job/job-states.ts';
import { presentOverview } from '../../jobs/present-job.ts';
import { openToAll } from '../openapi/security.ts';
import type { ServerMetrics } from '../metrics/server-metrics.ts';
import type { JobSummary } from '../../store/job-record.ts';
import { StorageUnavailableError } from '../../store/storage-unavailable-error.ts';
import type { ConnectionLimit } from '../connection-limit.ts';
import { TooManyConnectionsError } from '../problems/http-errors.ts';
import { writeJsonLine } from '../json-line.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';

/** Jobs with a master first, then waiting jobs, then finished ones. */
const listingOrder = [
  'running',
  'pausing',
  'cancelling',
  'queued',
  'paused',
  'succeeded',
  'failed',
  'cancelled',
] as const;

const tags = ['operations'];

export function registerOperationRoutes(
  app: App,
  services: Services,
  connections: Pick<ConnectionLimit, 'findProblem'>,
): void {
  const readStatus = createStatusReader(services);

  app.get('/status', {
    schema: {
      operationId: 'getStatus',
      tags,
      summary: 'Read a summary of the server and its jobs',
      response: { 200: serverStatusSchema.describe('The summary'), ...problemResponses },
    },
    handler: async (_request, reply) => {
      const { status, text } = readStatus();
      // The text stays the same until a job changes; writing it again would be most of the work of this call.
      return reply
        .type('application/json; charset=utf-8')
        .serializer(() => text)
        .send(status);
    },
  });

  let metrics: ServerMetrics | null = null;
  app.get('/metrics', {
    schema: {
      operationId: 'getServerMetrics',
      tags,
      summary: 'Read metrics for Prometheus',
      response: {
        200: {
          description: 'Metrics in the text format of Prometheus',
          content: { 'text/plain': { schema: z.string() } },
        },
        ...problemResponses,
      },
    },
    handler: async (_request, reply) => {
      // Loaded by those who have a Prometheus.
      metrics ??= new (await import('../metrics/server-metrics.ts')).ServerMetrics(services);
      return reply.type(metrics.contentType).send(await metrics.format());
    },
  });

  app.get('/healthz', {
    schema: {
      operationId: 'getHealth',
      tags,
      summary: 'Check that the process is running',
      security: openToAll,
      response: { 200: healthSchema.describe('It is running'), ...problemResponses },
    },
    handler: () => ({ status: 'ok' as const }),
  });

  app.get('/readyz', {
    schema: {
      operationId: 'getReadiness',
      tags,
      summary: 'Check that jobs can be posted',
      security: openToAll,
      description:
        'Answers 503 with the reason: STORAGE_UNAVAILABLE while the data directory cannot be written, TOO_MANY_CONNECTIONS while new connections are refused.',
      response: { 200: healthSchema.describe('Jobs can be posted'), ...problemResponses },
    },
    handler: async () => {
      const { problem } = services.storage;
      if (problem !== null) throw new StorageUnavailableError(problem);
      const refusal = await connections.findProblem();
      if (refusal !== null) throw new TooManyConnectionsError(refusal);
      services.jobs.count();
      return { status: 'ok' as const };
    },
  });
}

function createStatusReader({ jobs, bus, server }: Services): () => { status: ServerStatus; text: string } {
  let cached: { revision: number; status: ServerStatus; text: string } | null = null;
  return () => {
    if (cached?.revision === bus.revision) return cached;
    const counted = jobs.count();
    const listed: JobSummary[] = [];
    for (const state of listingOrder)
      listed.push(...jobs.summarize({ state, limit: maxListedJobs - listed.length }).jobs);
    const now = Date.now();
    const status = serverStatusSchema.parse({
      server,
      counts: Object.fromEntries(jobStates.map((state) => [state, counted.get(state) ?? 0])),
      jobs: listed.map((job) => presentOverview(job, now)),
    });
    cached = { revision: bus.revision, status, text: writeJsonLine(status) };
    return cached;
  };
}
