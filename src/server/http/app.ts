// The HTTP application. It never listens: main.ts does, and tests inject requests.
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { checkAccess } from './access-control.ts';
import { registerApiDocumentation } from './api-documentation.ts';
import { handleConnectionError } from './connection-errors.ts';
import { handleError } from './error-handler.ts';
import { RateLimitedError, ServerBusyError } from './http-errors.ts';
import type { HttpLimits } from './limits.ts';
import { RouteTable } from './route-table.ts';
import { registerCatalogueRoutes } from './routes/catalogue-routes.ts';
import { registerEventRoutes } from './routes/event-routes.ts';
import { registerJobActionRoutes, registerJobRoutes } from './routes/job-routes.ts';
import { registerMetricRoutes } from './routes/metric-routes.ts';
import { registerModelRoutes } from './routes/model-routes.ts';
import { registerOperationRoutes } from './routes/operation-routes.ts';
import type { AccessRules, App, Services } from './services.ts';

/** A job with every field and metadata full takes some 50 KB. */
const bodyLimitBytes = 256 * 1024;

export async function buildApp(services: Services, access: AccessRules, limits: HttpLimits): Promise<App> {
  // Below warnings Fastify only repeats what main.ts says better.
  const { log } = services;
  const loggerInstance: FastifyBaseLogger = log.isLevelEnabled('info')
    ? log.child({}, { level: 'warn' })
    : log;
  const app: App = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    routerOptions: { maxParamLength: 128 },
    forceCloseConnections: true,
    frameworkErrors: handleError,
    clientErrorHandler: handleConnectionError,
  }).withTypeProvider<ZodTypeProvider>();
  const routes = new RouteTable();
  routes.watch(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(handleError);
  // Bodies are JSON; plain text is also what a page of another site may post without asking first.
  app.removeContentTypeParser('text/plain');
  await registerProtection(app, limits);
  app.addHook('onRequest', async (request) => {
    checkAccess(access, request);
  });
  app.setNotFoundHandler((request) => {
    throw routes.explainMiss(request);
  });
  await registerApiDocumentation(app, services.server.version);
  await app.register(async (scope: App) => {
    registerJobRoutes(scope, services);
    registerJobActionRoutes(scope, services);
    registerEventRoutes(scope, services, limits);
    registerMetricRoutes(scope, services);
    registerCatalogueRoutes(scope, services);
    registerOperationRoutes(scope, services);
  });
  const registerModels = async (scope: App): Promise<void> => registerModelRoutes(scope, services);
  await app.register(registerModels, { prefix: '/jobs/:id/models' });
  return app;
}

async function registerProtection(
  app: App,
  { maxRequestsPerSecond, maxEventLoopDelayMs }: HttpLimits,
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'"],
        upgradeInsecureRequests: null,
      },
    },
    // The server speaks plain HTTP; a proxy that adds TLS adds this too.
    strictTransportSecurity: false,
  });
  await app.register(rateLimit, {
    max: maxRequestsPerSecond,
    timeWindow: 1_000,
    allowList: isLivenessProbe,
    errorResponseBuilder: () => new RateLimitedError(maxRequestsPerSecond),
  });
  await app.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    pressureHandler: async (request) => {
      if (!isLivenessProbe(request)) throw new ServerBusyError();
    },
  });
}

/** A server that is busy is up: who restarts it for that makes everything worse. */
function isLivenessProbe(request: FastifyRequest): boolean {
  return request.routeOptions.url === '/healthz';
}
