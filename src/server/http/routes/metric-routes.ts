// Routes of learning curves and evaluations, as numbers and as a picture.
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  curveBandsSchema,
  curveColumnSchema,
  evaluationListSchema,
  learningCurvePointSchema,
  learningCurveSchema,
} from '../../../shared/api/learning-curve.ts';
import type { EnvironmentRegistry } from '../../../shared/environments/registry.ts';
import { evaluationResultSchema } from '../../../shared/job/job.ts';
import type { JobSpec } from '../../../shared/job/job-spec.ts';
import { csvMediaType, formatCsv } from '../../../shared/curve-files/format-csv.ts';
import { drawLearningCurve, type Goal } from '../plot/draw-learning-curve.ts';
import { problemResponses } from '../problems/problem.ts';
import { pictureSecurityPolicy } from '../access/security-headers.ts';
import type { App, Services } from '../services.ts';
import { jobParametersSchema, parseJobId } from './job-parameters.ts';
import { queryInteger } from './query-integer.ts';

const tags = ['curves'];

const formatSchema = z
  .enum(['json', 'csv'])
  .default('json')
  .describe('csv: a line of column names, then a line for each entry; null is an empty cell');
const curveQuerySchema = z.strictObject({
  sinceStep: queryInteger(z.int().min(-1).default(-1)).describe('Only points with more steps than this'),
  maxPoints: queryInteger(z.int().min(2).max(10_000).default(1_000)).describe(
    'Maximum number of points; a longer curve is thinned',
  ),
  format: formatSchema,
});
const evaluationQuerySchema = z.strictObject({
  maxPoints: queryInteger(z.int().min(3).max(10_000).default(1_000)).describe(
    'Maximum number of evaluations; a longer list is thinned',
  ),
  format: formatSchema,
});

const bandQuerySchema = z.strictObject({
  columns: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(curveColumnSchema).min(1).max(curveColumnSchema.options.length))
    .meta({
      description: `Metrics, separated by commas: ${curveColumnSchema.options.join(', ')}`,
      examples: ['movingAverage,entropy'],
    }),
  sinceStep: queryInteger(z.int().min(-1).default(-1)).describe('Only points with more steps than this'),
  untilStep: queryInteger(z.int().min(0).optional()).describe('Only points with at most this many steps'),
  maxPoints: queryInteger(z.int().min(2).max(10_000).default(1_000)).describe('Maximum number of rows'),
});

/** Limit of points and evaluations in a picture: about as many as its pixels can show. */
const maxDrawn = 500;

const curveColumns = learningCurvePointSchema.keyof().options;
const evaluationColumns = evaluationResultSchema.keyof().options;

export function registerMetricRoutes(app: App, services: Services): void {
  registerCurve(app, services);
  registerBands(app, services);
  registerEvaluations(app, services);
  registerPicture(app, services);
}

function registerCurve(app: App, { jobs, store }: Services): void {
  app.get('/jobs/:id/metrics', {
    schema: {
      operationId: 'getMetrics',
      tags,
      summary: 'Read the learning curve',
      description: 'Points with strictly increasing steps, always including the first and the last.',
      params: jobParametersSchema,
      querystring: curveQuerySchema,
      response: describeTable('The points of the curve', learningCurveSchema),
    },
    handler: async ({ params, query: { format, ...range } }, reply) => {
      const { id } = jobs.get(parseJobId(params));
      const points = store.curves.listMetrics(id, range);
      if (format === 'json') return reply.send({ data: points });
      setTableHeaders(reply, `${id}-metrics.csv`);
      return reply.send(formatCsv({ columns: curveColumns, rows: points }));
    },
  });
}

function registerBands(app: App, { jobs, store }: Services): void {
  app.get('/jobs/:id/curve', {
    schema: {
      operationId: 'getCurve',
      tags,
      summary: 'Read a part of the learning curve, for plots',
      description:
        'Like the learning curve, but of the metrics and the range that are asked for, and with the extremes of the ' +
        'points that a row stands for, so that no spike is lost.',
      params: jobParametersSchema,
      querystring: bandQuerySchema,
      response: { 200: curveBandsSchema.describe('The part of the curve'), ...problemResponses },
    },
    handler: ({ params, query }) => store.curves.listBands(jobs.get(parseJobId(params)).id, query),
  });
}

function registerEvaluations(app: App, { jobs, store }: Services): void {
  app.get('/jobs/:id/evaluations', {
    schema: {
      operationId: 'getEvaluations',
      tags,
      summary: 'Read the greedy evaluations',
      description:
        'Those of the whole job, oldest first; the first, the last and the best are always among them.',
      params: jobParametersSchema,
      querystring: evaluationQuerySchema,
      response: describeTable('The evaluations', evaluationListSchema),
    },
    handler: async ({ params, query: { format, maxPoints } }, reply) => {
      const { id } = jobs.get(parseJobId(params));
      const evaluations = store.curves.listEvaluations(id, maxPoints);
      if (format === 'json') return reply.send({ data: evaluations });
      setTableHeaders(reply, `${id}-evaluations.csv`);
      return reply.send(formatCsv({ columns: evaluationColumns, rows: evaluations }));
    },
  });
}

function registerPicture(app: App, { jobs, store, environments }: Services): void {
  app.get('/jobs/:id/plot.svg', {
    schema: {
      operationId: 'getPlot',
      tags,
      summary: 'Draw the learning curve',
      params: jobParametersSchema,
      response: {
        200: { description: 'The picture', content: { 'image/svg+xml': { schema: z.string() } } },
        ...problemResponses,
      },
    },
    handler: async ({ params }, reply) => {
      const { id, name, spec } = jobs.get(parseJobId(params));
      const picture = drawLearningCurve({
        title: name === null ? spec.environment : `${name} · ${spec.environment}`,
        subtitle: `${spec.algorithm}, ${spec.workers} workers × ${spec.environmentsPerWorker} environments, seed ${spec.seed}`,
        points: store.curves.listMetrics(id, { sinceStep: -1, maxPoints: maxDrawn }),
        evaluations: store.curves.listEvaluations(id, maxDrawn),
        goal: findGoal(spec, environments),
      });
      return reply
        .type('image/svg+xml; charset=utf-8')
        .header('cache-control', 'no-cache')
        .header('content-security-policy', pictureSecurityPolicy)
        .send(picture);
    },
  });
}

/** Returns the job's target. Without a target, the return at which its environment counts as solved. */
function findGoal(
  { environment, stop }: Pick<JobSpec, 'environment' | 'stop'>,
  environments: Pick<EnvironmentRegistry, 'find'>,
): Goal | null {
  if (stop.targetReward !== null) return { label: 'target', value: stop.targetReward };
  // The environment of an old job may be missing now.
  const known = environments.find(environment);
  const threshold = known?.rewardThreshold ?? null;
  return threshold === null ? null : { label: 'solved', value: threshold };
}

function describeTable<Schema extends z.ZodType>(description: string, schema: Schema) {
  const content = { 'application/json': { schema }, 'text/csv': { schema: z.string() } };
  return { 200: { description, content }, ...problemResponses };
}

function setTableHeaders(reply: FastifyReply, fileName: string): void {
  reply.header('content-type', csvMediaType);
  reply.header('content-disposition', `attachment; filename="${fileName}"`);
}
