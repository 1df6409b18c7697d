// Routes of a job's policy as a service: observations in, actions out.
import type { FastifyRequest, FastifyTypeProviderDefault } from 'fastify';
import type { Problem } from '../../../shared/api/problem.ts';
import { actionsAnswerSchema, actionsRequestSchema } from '../../../shared/api/actions.ts';
import type { CallRate } from '../access/call-rate.ts';
import type { CallerRoles } from '../access/caller-roles.ts';
import { requirePlain } from '../json-body.ts';
import { actionsBodyLimitBytes, type HttpLimits } from '../limits.ts';
import { describeFailure } from '../problems/error-handler.ts';
import { TooManySocketsError, UpgradeRequiredError } from '../problems/http-errors.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';
import { ActionSocket } from '../sockets/action-socket.ts';
import { actionsPath } from '../sockets/web-sockets.ts';
import { jobParametersSchema, parseJobId } from './job-parameters.ts';

/** What the handler works with, whatever the schemas of the document say. */
interface RawExchange {
  readonly Params: { readonly id: string };
  readonly Body: Buffer | undefined;
  /** JSON. */
  readonly Reply: string;
}

interface ActionAccess {
  readonly roles: CallerRoles;
  readonly rate: CallRate;
  readonly limits: HttpLimits;
}

/** Registers the routes. Their scope must be their own: it takes bodies as bytes, and does not parse them. */
export function registerActionRoutes(app: App, services: Services, access: ActionAccess): void {
  registerPost(app, services);
  registerSocket(app, services, access);
}

function registerPost(app: App, { policies }: Services): void {
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
        'faster than many connections. A WebSocket at the same address (GET) takes the same requests as messages, with an ' +
        '`id` that its answer repeats (docs/acting.md).',
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

function registerSocket(app: App, { jobs, policies, clientText }: Services, access: ActionAccess): void {
  const { roles, rate, limits } = access;
  let open = 0;
  app.route({
    method: 'GET',
    url: actionsPath,
    exposeHeadRoute: false,
    // OpenAPI cannot describe a WebSocket; the POST says that there is one.
    schema: { hide: true, params: jobParametersSchema },
    preHandler: async ({ params, ws }) => {
      if (!ws) throw new UpgradeRequiredError();
      jobs.get(parseJobId(params));
      if (open >= limits.maxSockets) throw new TooManySocketsError(limits.maxSockets);
    },
    // preHandler has refused every request that gets here.
    handler: () => {
      throw new UpgradeRequiredError();
    },
    wsHandler: (socket, request) => {
      open += 1;
      socket.once('close', () => {
        open -= 1;
      });
      const jobId = parseJobId(jobParametersSchema.parse(request.params));
      const caller = roles.nameCaller(roles.find(request).role, request);
      const describeError = (error: unknown): Problem => describeFailure(error, clientText);
      new ActionSocket(socket, { jobId, caller, policies, rate, limits, describeError, log: request.log });
    },
  });
}
