// Routes for operators: the status of the server, and whether it works.
import { z } from 'zod';
import { maxListedJobs, serverStatusSchema, type ServerStatus } from '../../../shared/api/server-status.ts';
import { jobStates } from '../../../shared/job/job-states.ts';
import { presentOverview } from '../../jobs/present-job.ts';
import type { ServerMetrics } from '../metrics/server-metrics.ts';
import type { JobSummary } from '../../store/job-record.ts';
import { StorageUnavailableError } from '../../store/storage-unavailable-error.ts';
import type { ConnectionLimit } from '../connection-limit.ts';
import { TooManyConnectionsError } from '../problems/http-errors.ts';
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
const okSchema = z.object({ status: z.literal('ok') });

export function registerOperationRoutes(
  app: App,
  services: Services,
  connections: Pick<ConnectionLimit, 'findProblem'>,
): void {
  const readStatus = createStatusReader(services);

  app.get('/status', {
    schema: { tags, summary: 'Summary of the server and its jobs', response: { 200: serverStatusSchema } },
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
      tags,
      summary: 'Metrics for Prometheus',
      response: { 200: { description: 'Text format', content: { 'text/plain': { schema: z.string() } } } },
    },
    handler: async (_request, reply) => {
      // Loaded by those who have a Prometheus.
      metrics ??= new (await import('../metrics/server-metrics.ts')).ServerMetrics(services);
      return reply.type(metrics.contentType).send(await metrics.format());
    },
  });

  app.get('/healthz', {
    schema: { tags, summary: 'Check that the process is running', response: { 200: okSchema } },
    handler: () => ({ status: 'ok' as const }),
  });

  app.get('/readyz', {
    schema: {
      tags,
      summary: 'Check that jobs can be posted',
      description:
        'Answers 503 with the reason: STORAGE_UNAVAILABLE while the data directory cannot be written, TOO_MANY_CONNECTIONS while new connections are refused.',
      response: { 200: okSchema, ...problemResponses },
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
    cached = { revision: bus.revision, status, text: JSON.stringify(status) };
    return cached;
  };
}
