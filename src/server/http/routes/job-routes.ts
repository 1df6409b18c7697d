// Routes to post, read, cancel, pause, resume and delete jobs.
import { z } from 'zod';
import { jobPageAnswerSchema } from '../../../shared/api/job-page.ts';
import { resumeRequestSchema } from '../../../shared/api/resume-request.ts';
import { jobOverviewPageSchema } from '../../../shared/api/server-status.ts';
import { algorithmNames } from '../../../shared/algorithms/algorithms.ts';
import { jobAnswerSchema } from '../../../shared/job/job.ts';
import { jobChangesSchema } from '../../../shared/job/job-changes.ts';
import { jobRequestSchema } from '../../../shared/job/job-spec.ts';
import { jobStates } from '../../../shared/job/job-states.ts';
import { presentJob, presentOverview } from '../../jobs/present-job.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import type { JobForms } from '../uploads/job-forms.ts';
import { jobParametersSchema, parseJobId } from './job-parameters.ts';
import { queryInteger } from './query-integer.ts';

export const idempotencyHeadersSchema = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('A repeated POST with the same key and body returns the same job or experiment'),
});

const listQuerySchema = z.strictObject({
  // Parameters cannot both refer to a named schema and have a description.
  state: z.enum(jobStates).optional().describe('Only jobs in this state'),
  environment: z.string().optional().describe('Only jobs of this environment'),
  algorithm: z.enum(algorithmNames).optional().describe('Only jobs of this algorithm'),
  name: z.string().min(1).max(200).optional().describe('Only jobs with this text in their name, in any case'),
  experiment: z.string().max(64).optional().describe('Only jobs of this experiment or tuning'),
  metadata: z
    .string()
    .max(1200)
    .regex(/^[^=]+=/, 'must be key=value')
    .transform((text) => ({
      key: text.slice(0, text.indexOf('=')),
      value: text.slice(text.indexOf('=') + 1),
    }))
    .optional()
    .describe('Only jobs with this field in their metadata: key=value'),
  limit: queryInteger(z.int().min(1).max(100).default(20)).describe('Jobs per page'),
  after: z.string().optional().describe('lastId of the previous page'),
});

const tags = ['jobs'];

/** Registers the routes of the list of jobs. They take forms too. */
export function registerJobRoutes(app: App, { jobs }: Services, forms: JobForms): void {
  forms.register(app);
  app.post('/jobs', {
    schema: {
      operationId: 'createJob',
      tags,
      summary: 'Post a training job',
      description:
        'Fields that are left out come from the preset of the environment, or have a default; `environment` alone is enough. ' +
        'With Content-Type multipart/form-data, the part `job` is the job, and the part `model` a zip archive of the ' +
        'model that it starts from: best.zip of a server, or model.json and its weights of TensorFlow.js or Keras.',
      headers: idempotencyHeadersSchema,
      body: jobRequestSchema,
      response: {
        202: jobAnswerSchema.describe('The job, with its id and every setting it will train with'),
        ...problemResponses,
      },
    },
    handler: async (request, reply) => {
      const { job, isReplay } = await jobs.create(request.body, {
        idempotencyKey: request.headers['idempotency-key'] ?? null,
        upload: forms.find(request),
      });
      if (isReplay) reply.header('idempotency-replayed', 'true');
      return reply.code(202).header('location', `/jobs/${job.id}`).send(presentJob(job, Date.now()));
    },
  });

  app.get('/jobs', {
    schema: {
      operationId: 'listJobs',
      tags,
      summary: 'List jobs, newest first',
      querystring: listQuerySchema,
      response: { 200: jobPageAnswerSchema.describe('A page of jobs'), ...problemResponses },
    },
    handler: ({ query: { after, ...filter } }) => {
      const page = jobs.list({
        ...filter,
        after: after === undefined ? undefined : parseJobId({ id: after }),
      });
      const data = page.jobs.map((job) => presentJob(job, Date.now()));
      return { data, hasMore: page.hasMore, lastId: data.at(-1)?.id ?? null };
    },
  });

  app.get('/overviews', {
    schema: {
      operationId: 'listOverviews',
      tags,
      summary: 'List jobs in short, newest first',
      querystring: listQuerySchema.extend({
        limit: queryInteger(z.int().min(1).max(1000).default(100)).describe('Jobs per page'),
      }),
      response: { 200: jobOverviewPageSchema.describe('A page of jobs in short'), ...problemResponses },
    },
    handler: ({ query: { after, ...filter } }) => {
      const page = jobs.summarize({
        ...filter,
        after: after === undefined ? undefined : parseJobId({ id: after }),
      });
      const now = Date.now();
      const data = page.jobs.map((job) => presentOverview(job, now));
      return { data, hasMore: page.hasMore, lastId: data.at(-1)?.id ?? null };
    },
  });

  app.get('/jobs/:id', {
    schema: {
      operationId: 'getJob',
      tags,
      summary: 'Read a job',
      params: jobParametersSchema,
      response: { 200: jobAnswerSchema.describe('The job'), ...problemResponses },
    },
    handler: ({ params }) => presentJob(jobs.get(parseJobId(params)), Date.now()),
  });
}

export function registerJobActionRoutes(app: App, { jobs }: Services): void {
  app.post('/jobs/:id/cancel', {
    schema: {
      operationId: 'cancelJob',
      tags,
      summary: 'Cancel a job',
      description: 'A running job is cancelled within a second. Cancelling a cancelled job changes nothing.',
      params: jobParametersSchema,
      response: {
        202: jobAnswerSchema.describe('The job, which is cancelling or cancelled'),
        ...problemResponses,
      },
    },
    handler: async ({ params }, reply) =>
      reply.code(202).send(presentJob(jobs.cancel(parseJobId(params)), Date.now())),
  });

  app.post('/jobs/:id/pause', {
    schema: {
      operationId: 'pauseJob',
      tags,
      summary: 'Pause a job',
      description: 'The job writes a checkpoint and its process ends. Pausing a paused job changes nothing.',
      params: jobParametersSchema,
      response: { 202: jobAnswerSchema.describe('The job, which is pausing or paused'), ...problemResponses },
    },
    handler: async ({ params }, reply) =>
      reply.code(202).send(presentJob(jobs.pause(parseJobId(params)), Date.now())),
  });

  app.post('/jobs/:id/resume', {
    schema: {
      operationId: 'resumeJob',
      tags,
      summary: 'Resume a paused or finished job',
      description:
        'The job is queued and continues from its last checkpoint. The body may set larger limits; a job that has ' +
        'reached its limits needs them. Resuming a queued or running job changes nothing.',
      params: jobParametersSchema,
      // A resume may come without a body.
      body: resumeRequestSchema.nullish(),
      response: { 202: jobAnswerSchema.describe('The job, which is queued'), ...problemResponses },
    },
    handler: async ({ params, body }, reply) =>
      reply.code(202).send(presentJob(await jobs.resume(parseJobId(params), body?.stop ?? {}), Date.now())),
  });

  app.patch('/jobs/:id', {
    schema: {
      operationId: 'changeJob',
      tags,
      summary: 'Change settings of a job',
      description:
        'A running job trains with the new learning rates, entropy coefficient and limits from its next update on. A ' +
        'missing field keeps its value. Of a job that has ended, only `name` and `metadata` can change.',
      params: jobParametersSchema,
      body: jobChangesSchema,
      response: { 200: jobAnswerSchema.describe('The job as it is now'), ...problemResponses },
    },
    handler: async ({ params, body }) => presentJob(await jobs.change(parseJobId(params), body), Date.now()),
  });

  app.delete('/jobs/:id', {
    schema: {
      operationId: 'deleteJob',
      tags,
      summary: 'Delete a finished job and its files',
      params: jobParametersSchema,
      response: { 204: z.null().describe('The job is deleted'), ...problemResponses },
    },
    handler: async ({ params }, reply) => {
      await jobs.remove(parseJobId(params));
      return reply.code(204).send(null);
    },
  });
}
