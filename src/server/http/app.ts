// HTTP application. It does not listen: main.ts does, and tests inject requests.
import cookie from '@fastify/cookie';
import Fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { createAccessCheck, isLivenessProbe } from './access/access-control.ts';
import { CallRate } from './access/call-rate.ts';
import { CallerRoles } from './access/caller-roles.ts';
import { requireHost } from './access/request-host.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { EventLoopDelay } from './event-loop-delay.ts';
import { handleConnectionError, refuseTunnel } from './problems/connection-errors.ts';
import { registerCrossOriginAccess } from './access/cross-origin.ts';
import { createErrorHandler } from './problems/error-handler.ts';
import { AddressTooLongError, ServerBusyError, TooManyHeadersError } from './problems/http-errors.ts';
import { registerJsonBody } from './json-body.ts';
import { lineSerializerCompiler } from './json-line.ts';
import { registerWebSockets, upgradeOptions } from './sockets/web-sockets.ts';
import {
  bodyLimitBytes,
  headersLimitBytes,
  maxHeaders,
  maxUrlLength,
  peerMessageLimitBytes,
  type HttpLimits,
} from './limits.ts';
import { RouteTable } from './route-table.ts';
import { registerApiDocumentation } from './openapi/api-documentation.ts';
import { JobForms } from './uploads/job-forms.ts';
import { registerCatalogueRoutes } from './routes/catalogue-routes.ts';
import { registerExperimentRoutes } from './routes/experiment-routes.ts';
import { registerEvaluationRoutes } from './routes/evaluation-routes.ts';
import { registerTableRoutes } from './routes/table-routes.ts';
import { registerTuningRoutes } from './routes/tuning-routes.ts';
import { registerDeliveryRoutes } from './routes/delivery-routes.ts';
import { registerEventRoutes } from './routes/event-routes.ts';
import { registerJobActionRoutes, registerJobRoutes } from './routes/job-routes.ts';
import { registerMetricRoutes } from './routes/metric-routes.ts';
import { registerPeerRoutes } from './routes/peer-routes.ts';
import { registerActionRoutes } from './routes/action-routes.ts';
import { registerPlayRoute } from './routes/play-routes.ts';
import { registerModelRoutes } from './routes/model-routes.ts';
import { registerDashboard } from './dashboard/dashboard-routes.ts';
import { registerOperationRoutes } from './routes/operation-routes.ts';
import { registerSessionRoutes } from './routes/session-routes.ts';
import { registerStorageRoutes } from './routes/storage-routes.ts';
import { securityHeaders } from './access/security-headers.ts';
import type { AccessRules, App, Services } from './services.ts';

export async function buildApp(services: Services, access: AccessRules, limits: HttpLimits): Promise<App> {
  // Below warnings, Fastify only repeats what main.ts logs better.
  const { log } = services;
  const loggerInstance: FastifyBaseLogger = log.isLevelEnabled('info')
    ? log.child({}, { level: 'warn' })
    : log;
  const handleError = createErrorHandler(services.clientText);
  const app: App = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: {
      ...upgradeOptions,
      maxHeaderSize: headersLimitBytes,
      // Node would answer a request without Host with an empty answer.
      requireHostHeader: false,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
    },
    trustProxy: access.trustedProxies.length > 0 && [...access.trustedProxies],
    routerOptions: { maxParamLength: 128 },
    // Without factories, Fastify loads two compilers of its own at the start, and uses neither.
    schemaController: {
      compilersFactory: { buildValidator: refuseForeignSchema, buildSerializer: refuseForeignSchema },
    },
    forceCloseConnections: true,
    frameworkErrors: handleError,
    clientErrorHandler: handleConnectionError,
  }).withTypeProvider<ZodTypeProvider>();
  const routes = new RouteTable();
  routes.watch(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(lineSerializerCompiler);
  app.setErrorHandler(handleError);
  const connections = new ConnectionLimit(app.server, limits.maxConnections, log);
  // Unknown expectations may be ignored (RFC 9110, section 10.1.1); Node would send an empty answer.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  // Node would close the connection without an answer.
  app.server.on('connect', (_request, socket) => {
    refuseTunnel(socket);
  });
  await registerWebSockets(app, { maxMessageBytes: peerMessageLimitBytes });
  // A page of another site may post plain text and forms without a preflight. Only one route takes forms, and only from
  // origins that may change something; all others take JSON alone.
  const parseJson = registerJsonBody(app);
  const actionRate = new CallRate(limits.maxActionRequestsPerSecond);
  const roles = new CallerRoles(access, limits.maxWrongTokensPerMinute);
  await registerProtection(app, { access, roles, limits, actionRate });
  app.setNotFoundHandler((request) => {
    throw routes.explainMiss(request);
  });
  await registerApiDocumentation(app, { ...services, needsToken: roles.areNeeded });
  const forms = new JobForms({ ...services, parseJson, limits });
  await app.register(async (scope: App) => {
    registerJobRoutes(scope, services, forms);
  });
  await app.register(async (scope: App) => {
    registerJobActionRoutes(scope, services);
    registerExperimentRoutes(scope, services);
    registerTuningRoutes(scope, services);
    registerEventRoutes(scope, services, limits);
    registerMetricRoutes(scope, services);
    registerPlayRoute(scope, services, limits);
    registerEvaluationRoutes(scope, services);
    registerCatalogueRoutes(scope, services);
    registerPeerRoutes(scope, services);
    registerOperationRoutes(scope, services, connections);
    registerSessionRoutes(scope, roles);
    registerStorageRoutes(scope, services);
    registerDeliveryRoutes(scope, services);
    registerTableRoutes(scope, services, limits);
  });
  await app.register(async (scope: App) => {
    registerActionRoutes(scope, services, { roles, rate: actionRate, limits });
  });
  await registerDashboard(app, services);
  const registerModels = async (scope: App): Promise<void> => {
    registerModelRoutes(scope, services, limits);
  };
  await app.register(registerModels, { prefix: '/jobs/:id/models' });
  return app;
}

/** Fastify asks a factory only where no compiler was set. */
function refuseForeignSchema(): never {
  throw new Error('every schema is compiled by fastify-type-provider-zod');
}

interface Protection {
  readonly access: AccessRules;
  readonly roles: CallerRoles;
  readonly limits: HttpLimits;
  readonly actionRate: CallRate;
}

/** The order matters: cheap checks first, and allowed origins are named before a check can refuse. */
async function registerProtection(
  app: App,
  { access, roles, limits, actionRate }: Protection,
): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    if (request.url.length > maxUrlLength) throw new AddressTooLongError(maxUrlLength);
    // The array alternates names and values.
    if (request.raw.rawHeaders.length > 2 * maxHeaders) throw new TooManyHeadersError(maxHeaders);
    requireHost(access, request.raw);
  });
  const delay = new EventLoopDelay();
  app.addHook('onClose', async () => {
    delay.close();
  });
  app.addHook('onRequest', async (request) => {
    if (delay.meanMs > limits.maxEventLoopDelayMs && !isLivenessProbe(request)) throw new ServerBusyError();
  });
  await registerCrossOriginAccess(app, access.corsOrigins);
  await app.register(cookie);
  const checkAccess = await createAccessCheck(app, { rules: access, roles, limits, actionRate });
  app.addHook('onRequest', async (request) => {
    await checkAccess(request);
  });
}
