// Routes of tunings.
import { z } from 'zod';
import { experimentPageSchema } from '../../../shared/api/experiment.ts';
import { tuningRequestSchema, tuningSchema } from '../../../shared/api/tuning.ts';
import { exampleIds } from '../openapi/example-ids.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { pageQuerySchema } from './experiment-routes.ts';

const tags = ['experiments'];
const parametersSchema = z.object({
  id: z.string().meta({ description: 'Id of a tuning', examples: [exampleIds.tuning] }),
});

export function registerTuningRoutes(app: App, { tunings }: Services): void {
  app.post('/tunings', {
    schema: {
      operationId: 'createTuning',
      tags,
      summary: 'Search for good settings',
      description:
        'Trains many settings for few steps, the better third of them for three times as many, and so on (successive ' +
        'halving), as jobs of the server.',
      body: tuningRequestSchema,
      response: {
        202: tuningSchema.describe('The tuning, with the ids of its first jobs'),
        ...problemResponses,
      },
    },
    handler: async ({ body }, reply) => {
      const tuning = await tunings.create(body);
      return reply.code(202).header('location', `/tunings/${tuning.id}`).send(tuning);
    },
  });

  app.get('/tunings', {
    schema: {
      operationId: 'listTunings',
      tags,
      summary: 'List tunings, newest first',
      querystring: pageQuerySchema,
      response: { 200: experimentPageSchema.describe('A page of tunings'), ...problemResponses },
    },
    handler: ({ query }) => {
      const page = tunings.list(query);
      return { ...page, lastId: page.data.at(-1)?.id ?? null };
    },
  });

  app.get('/tunings/:id', {
    schema: {
      operationId: 'getTuning',
      tags,
      summary: 'Read a tuning: its trials, best first',
      params: parametersSchema,
      response: { 200: tuningSchema.describe('The tuning'), ...problemResponses },
    },
    handler: ({ params }) => tunings.get(params.id),
  });

  app.post('/tunings/:id/cancel', {
    schema: {
      operationId: 'cancelTuning',
      tags,
      summary: 'End a search; the best settings so far stay',
      params: parametersSchema,
      response: { 202: tuningSchema.describe('The tuning'), ...problemResponses },
    },
    handler: async ({ params }, reply) => reply.code(202).send(tunings.cancel(params.id)),
  });

  app.delete('/tunings/:id', {
    schema: {
      operationId: 'deleteTuning',
      tags,
      summary: 'Delete a finished tuning, its jobs and their files',
      params: parametersSchema,
      response: { 204: z.null().describe('The tuning is deleted'), ...problemResponses },
    },
    handler: async ({ params }, reply) => {
      await tunings.remove(params.id);
      return reply.code(204).send(null);
    },
  });
}
