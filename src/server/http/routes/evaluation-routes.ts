// Routes of evaluations that clients ask for.
import { z } from 'zod';
import {
  evaluationRequestSchema,
  requestedEvaluationListSchema,
  requestedEvaluationSchema,
} from '../../../shared/api/requested-evaluation.ts';
import { exampleIds } from '../openapi/example-ids.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { jobParametersSchema, parseJobId } from './job-parameters.ts';

const tags = ['models'];
const parametersSchema = jobParametersSchema.extend({
  evaluationId: z.string().meta({ description: 'Id of an evaluation', examples: [exampleIds.evaluation] }),
});

export function registerEvaluationRoutes(app: App, { jobs, evaluations }: Services): void {
  app.post('/jobs/:id/evaluations', {
    schema: {
      operationId: 'createEvaluation',
      tags,
      summary: 'Evaluate a model over fresh episodes',
      description:
        'Plays the episodes in a process of its own, after those that were asked for earlier. Training goes on.',
      params: jobParametersSchema,
      body: evaluationRequestSchema.nullish(),
      response: {
        202: requestedEvaluationSchema.describe('The evaluation, which waits'),
        ...problemResponses,
      },
    },
    handler: async ({ params, body }, reply) => {
      const jobId = parseJobId(params);
      const evaluation = evaluations.create(jobId, body ?? evaluationRequestSchema.parse({}));
      return reply
        .code(202)
        .header('location', `/jobs/${jobId}/evaluations/${evaluation.id}`)
        .send(evaluation);
    },
  });

  app.get('/jobs/:id/evaluations/requested', {
    schema: {
      operationId: 'listRequestedEvaluations',
      tags,
      summary: 'List the evaluations that were asked for, newest first',
      description:
        'The newest 100 of the job. `GET /jobs/{id}/evaluations` has those of the training itself.',
      params: jobParametersSchema,
      response: { 200: requestedEvaluationListSchema.describe('The evaluations'), ...problemResponses },
    },
    handler: ({ params }) => {
      const { id } = jobs.get(parseJobId(params));
      return { data: evaluations.list(id) };
    },
  });

  app.get('/jobs/:id/evaluations/:evaluationId', {
    schema: {
      operationId: 'getEvaluation',
      tags,
      summary: 'Read an evaluation that was asked for',
      params: parametersSchema,
      response: { 200: requestedEvaluationSchema.describe('The evaluation'), ...problemResponses },
    },
    handler: ({ params }) => {
      const { id } = jobs.get(parseJobId(params));
      return evaluations.get(id, params.evaluationId);
    },
  });

  app.delete('/jobs/:id/evaluations/:evaluationId', {
    schema: {
      operationId: 'deleteEvaluation',
      tags,
      summary: 'End an evaluation and delete it',
      params: parametersSchema,
      response: { 204: z.null().describe('The evaluation is deleted'), ...problemResponses },
    },
    handler: async ({ params }, reply) => {
      const { id } = jobs.get(parseJobId(params));
      evaluations.remove(id, params.evaluationId);
      return reply.code(204).send(null);
    },
  });
}
