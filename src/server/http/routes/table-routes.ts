// Routes of tables with the curves or evaluations of several jobs, for data frames and spreadsheets.
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { learningCurvePointSchema } from '../../../shared/api/learning-curve.ts';
import { csvMediaType, formatLine, formatRow, type Cell } from '../../../shared/curve-files/format-csv.ts';
import { evaluationResultSchema } from '../../../shared/job/job.ts';
import type { JobRecord } from '../../store/job-record.ts';
import type { HttpLimits } from '../limits.ts';
import { exampleIds } from '../openapi/example-ids.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { watchReader } from '../stall-watch.ts';
import { parseJobId } from './job-parameters.ts';
import { queryInteger } from './query-integer.ts';

/** About as many ids as an address can have. */
const maxJobs = 150;

/** Which job a row belongs to. */
const jobColumns = ['job', 'name', 'environment', 'algorithm', 'seed'] as const;

const querySchema = z.strictObject({
  jobs: z
    .string()
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(z.string()).min(1).max(maxJobs))
    .meta({ description: 'Ids of jobs, separated by commas', examples: [exampleIds.job] }),
  maxPoints: queryInteger(z.int().min(3).max(10_000).default(1_000)).describe(
    'Maximum number of rows of each job; more are thinned',
  ),
});

interface TableRoute<Column extends string> {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly columns: readonly Column[];
  readonly list: (id: JobRecord['id'], maxPoints: number) => readonly Readonly<Record<Column, Cell>>[];
}

export function registerTableRoutes(app: App, services: Services, limits: HttpLimits): void {
  const { curves } = services.store;
  registerTable(app, services, {
    ...limits,
    path: '/curves.csv',
    operationId: 'getCurvesTable',
    summary: 'Read the learning curves of several jobs as one table',
    columns: learningCurvePointSchema.keyof().options,
    list: (id, maxPoints) => curves.listMetrics(id, { sinceStep: -1, maxPoints }),
  });
  registerTable(app, services, {
    ...limits,
    path: '/evaluations.csv',
    operationId: 'getEvaluationsTable',
    summary: 'Read the evaluations of several jobs as one table',
    columns: evaluationResultSchema.keyof().options,
    list: (id, maxPoints) => curves.listEvaluations(id, maxPoints),
  });
}

function registerTable<Column extends string>(
  app: App,
  { jobs }: Pick<Services, 'jobs'>,
  { path, operationId, summary, columns, list, stallLimitMs }: TableRoute<Column> & HttpLimits,
): void {
  const tableColumns = [...jobColumns, ...columns];
  app.get(path, {
    schema: {
      operationId,
      tags: ['curves'],
      summary,
      description:
        'CSV with a row for each point and job, one job after the other. The first columns say which job it is. A text that ' +
        'a spreadsheet would take for a formula begins with an apostrophe.',
      querystring: querySchema,
      response: {
        200: { description: 'The table', content: { 'text/csv': { schema: z.string() } } },
        ...problemResponses,
      },
    },
    handler: async (request, reply) => {
      const { query } = request;
      const found = query.jobs.map((id) => jobs.get(parseJobId({ id })));
      const pieces = async function* (): AsyncGenerator<string> {
        yield formatLine(tableColumns);
        for (const { id, name, spec } of found) {
          const { environment, algorithm, seed } = spec;
          const own = { job: id, name, environment, algorithm, seed };
          const rows = list(id, query.maxPoints);
          yield rows.map((row) => formatRow<string>(tableColumns, { ...own, ...row })).join('');
        }
      };
      return sendTable({ request, reply }, pieces(), { fileName: path.slice(1), stallLimitMs });
    },
  });
}

/** One job at a time, so that a large table takes little memory, and other calls are answered in between. */
function sendTable(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  pieces: AsyncIterable<string>,
  { fileName, stallLimitMs }: { readonly fileName: string; readonly stallLimitMs: number },
): FastifyReply {
  const onStall = (): void => {
    request.raw.socket.destroy();
  };
  return reply
    .header('content-type', csvMediaType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(Readable.from(watchReader(pieces, { stallLimitMs, onStall }), { objectMode: false }));
}
