// Learning curves as numbers and as a picture.
import { z } from 'zod';
import {
  learningCurvePointSchema,
  learningCurveSchema,
  type LearningCurvePoint,
} from '../../../shared/api/learning-curve.ts';
import type { EnvironmentRegistry } from '../../../shared/environments/registry.ts';
import type { JobSpec } from '../../../shared/job/job-spec.ts';
import { drawLearningCurve, type Goal } from '../plot/draw-learning-curve.ts';
import { problemResponses } from '../problems/problem.ts';
import { pictureSecurityPolicy } from '../access/security-headers.ts';
import type { App, Services } from '../services.ts';
import { jobParametersSchema, parseJobId } from './job-parameters.ts';
import { queryInteger } from './query-integer.ts';

const querySchema = z.strictObject({
  sinceStep: queryInteger(z.int().min(-1).default(-1)).describe('Only points with more steps than this'),
  maxPoints: queryInteger(z.int().min(2).max(10_000).default(1_000)).describe(
    'Thin the curve to so many points',
  ),
  format: z.enum(['json', 'csv']).default('json'),
});

/** Points and evaluations in a picture: about as many as it has pixels to tell them apart. */
const maxDrawn = 500;

const columns = learningCurvePointSchema.keyof().options;

export function registerMetricRoutes(app: App, { jobs, store, environments }: Services): void {
  app.get('/jobs/:id/metrics', {
    schema: {
      tags: ['jobs'],
      summary: 'Learning curve',
      description:
        'Points with strictly increasing steps; the first and the last measured are always among them.',
      params: jobParametersSchema,
      querystring: querySchema,
      response: {
        200: {
          description: 'Points of the curve',
          content: {
            'application/json': { schema: learningCurveSchema },
            'text/csv': { schema: z.string() },
          },
        },
        ...problemResponses,
      },
    },
    handler: async ({ params, query: { format, ...range } }, reply) => {
      const { id } = jobs.get(parseJobId(params));
      const points = store.curves.listMetrics(id, range);
      if (format === 'json') return reply.send({ data: points });
      return reply.type('text/csv; charset=utf-8').send(formatCsv(points));
    },
  });

  app.get('/jobs/:id/plot.svg', {
    schema: {
      tags: ['jobs'],
      summary: 'Learning curve as a picture',
      params: jobParametersSchema,
      response: {
        200: { description: 'Picture', content: { 'image/svg+xml': { schema: z.string() } } },
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

/** What the job is to reach; where that is left open, what its environment takes for solved. */
function findGoal(
  { environment, stop }: Pick<JobSpec, 'environment' | 'stop'>,
  environments: Pick<EnvironmentRegistry, 'list'>,
): Goal | null {
  if (stop.targetReward !== null) return { label: 'target', value: stop.targetReward };
  // The environment of an old job may no longer be there.
  const known = environments.list().find(({ id }) => id === environment);
  const threshold = known?.rewardThreshold ?? null;
  return threshold === null ? null : { label: 'solved', value: threshold };
}

function formatCsv(points: readonly LearningCurvePoint[]): string {
  const lines = points.map((point) => columns.map((column) => point[column] ?? '').join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}
