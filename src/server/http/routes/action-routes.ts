// Route of a job's policy as a service: observations in, actions out.
import type { FastifyRequest, FastifyTypeProviderDefault } from 'fastify';
import { actionsAnswerSchema, actionsRequestSchema } from '../../../shared/api/actions.ts';
import { actionsPath } from '../access/access-control.ts';
import { requirePlain } from '../json-body.ts';
import { actionsBodyLimitBytes } from '../limits.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { jobParametersSchema, parseJobId } from './job-parameters.ts';

/** What the handler works with, whatever the schemas of the document say. */
interface RawExchange {
  readonly Params: { readonly id: string };
  readonly Body: Buffer | undefined;
  /** JSON. */
  readonly Reply: string;
}

/** Registers the route. Its scope must be its own: it takes bodies as bytes, because it may not parse them itself. */
export function registerActionRoute(app: App, { policies }: Pick<Services, 'policies'>): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: Buffer) => void) => {
      requirePlain(request);
      done(null, body);
    },
  );
  app.withTypeProvider<FastifyTypeProviderDefault>().post<RawExchange>(actionsPath, {
    bodyLimit: actionsBodyLimitBytes,
    // The service reads the body: a schema would take longer for the rows than the network does.
    validatorCompiler: () => (value: unknown) => ({ value }),
    schema: {
      operationId: 'chooseActions',
      tags: ['models'],
      summary: 'Ask the policy for actions',
      description:
        'Chooses the actions for up to 10,000 observations at once. The newest weights of the model answer, without a ' +
        'restart; `trainingSteps` says which. The read-only token is enough. Many requests over one connection are ' +
        'faster than many connections, and a WebSocket at the same address is faster still.',
      params: jobParametersSchema,
      body: actionsRequestSchema,
      response: { 200: actionsAnswerSchema.describe('The actions'), ...problemResponses },
    },
    handler: async ({ params, body = Buffer.alloc(0) }, reply) => {
      const { text } = await policies.answer({ jobId: parseJobId(params), body });
      return reply.type('application/json; charset=utf-8').send(`{${text}}\n`);
    },
  });
}
