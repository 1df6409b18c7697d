// Routes of experiments.
import { z } from 'zod';
import {
  experimentPageSchema,
  experimentRequestSchema,
  experimentSchema,
} from '../../../shared/api/experiment.ts';
import { exampleIds } from '../openapi/example-ids.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { idempotencyHeadersSchema } from './job-routes.ts';
import { queryInteger } from './query-integer.ts';

const tags = ['experiments'];
const parametersSchema = z.object({
  id: z.string().meta({ description: 'Id of an experiment', examples: [exampleIds.experiment] }),
});
export const pageQuerySchema = z.strictObject({
  limit: queryInteger(z.int().min(1).max(100).default(20)).describe('Entries per page'),
  after: z.string().optional().describe('lastId of the previous page'),
});

export function registerExperimentRoutes(app: App, { experiments }: Services): void {
  app.post('/experiments', {
    schema: {
      operationId: 'createExperiment',
      tags,
      summary: 'Post an experiment',
      description:
        'Posts a job for each variation and seed: all of them, or none. The fields of a variation replace those of `job`; ' +
        'in `optimizer`, `stop` and the like, one by one.',
      headers: idempotencyHeadersSchema,
      body: experimentRequestSchema,
      response: {
        202: experimentSchema.describe('The experiment, with the ids of its jobs'),
        ...problemResponses,
      },
    },
    handler: async ({ body, headers }, reply) => {
      const { id, isReplay } = await experiments.create(body, headers['idempotency-key'] ?? null);
      if (isReplay) reply.header('idempotency-replayed', 'true');
      return reply.code(202).header('location', `/experiments/${id}`).send(experiments.get(id));
    },
  });

  app.get('/experiments', {
    schema: {
      operationId: 'listExperiments',
      tags,
      summary: 'List experiments, newest first',
      querystring: pageQuerySchema,
      response: { 200: experimentPageSchema.describe('A page of experiments'), ...problemResponses },
    },
    handler: ({ query }) => {
      const page = experiments.list(query);
      return { ...page, lastId: page.data.at(-1)?.id ?? null };
    },
  });

  app.get('/experiments/:id', {
    schema: {
      operationId: 'getExperiment',
      tags,
      summary: 'Read an experiment',
      description:
        'Scores of each variation over its seeds (interquartile mean with a 95 % bootstrap interval), its curve, and the winner.',
      params: parametersSchema,
      response: { 200: experimentSchema.describe('The experiment'), ...problemResponses },
    },
    handler: ({ params }) => experiments.get(params.id),
  });

  app.post('/experiments/:id/cancel', {
    schema: {
      operationId: 'cancelExperiment',
      tags,
      summary: 'Cancel all jobs of an experiment that are not finished',
      params: parametersSchema,
      response: { 202: experimentSchema.describe('The experiment'), ...problemResponses },
    },
    handler: async ({ params }, reply) => reply.code(202).send(experiments.cancel(params.id)),
  });

  app.delete('/experiments/:id', {
    schema: {
      operationId: 'deleteExperiment',
      tags,
      summary: 'Delete a finished experiment, its jobs and their files',
      params: parametersSchema,
      response: { 204: z.null().describe('The experiment is deleted'), ...problemResponses },
    },
    handler: async ({ params }, reply) => {
      await experiments.remove(params.id);
      return reply.code(204).send(null);
    },
  });
}
