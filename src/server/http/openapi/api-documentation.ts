// Documentation of the API: OpenAPI from the routes' schemas, and a page to read it and try calls.
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyRequest } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sessionCookieName } from '../access/sessions.ts';
import { writeJsonLine } from '../json-line.ts';
import type { App, Services } from '../services.ts';
import { completeDocument, type ApiDocument } from './complete-document.ts';
import { nameCookie, nameIds } from './fit-document.ts';
import { schemaNames } from './schema-names.ts';
import { describeSecurity } from './security.ts';

const tags = [
  { name: 'jobs', description: 'Training jobs: post, read, list, pause, resume, cancel and delete them' },
  {
    name: 'experiments',
    description: 'Jobs of several variations and seeds, and searches for good settings',
  },
  { name: 'events', description: 'What happens to jobs, as streams of server-sent events or in pages' },
  {
    name: 'curves',
    description: 'Learning curves and evaluations of jobs, as numbers, tables and a picture',
  },
  { name: 'models', description: 'Trained models, for TensorFlow.js and other runtimes' },
  { name: 'catalogue', description: 'Environments and presets that jobs can name' },
  { name: 'operations', description: 'State of the server, for operators' },
  { name: 'webhooks', description: 'What the server posts to addresses of its users' },
  { name: 'session', description: 'Sign-in of pages of the server itself' },
];

interface DocumentationOptions extends Pick<
  Services,
  'jobs' | 'experiments' | 'evaluations' | 'tunings' | 'server'
> {
  readonly needsToken: boolean;
}

export async function registerApiDocumentation(
  app: App,
  { jobs, experiments, evaluations, tunings, server, needsToken }: DocumentationOptions,
): Promise<void> {
  const { security, securitySchemes } = describeSecurity(needsToken);
  const options = { schemaRegistry: schemaNames, zodToJsonConfig: { override: describeSchema } };
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'a3c-server',
        description:
          'Reinforcement-learning training server: POST an environment, watch it learn, download weights.',
        version: server.version,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This server' }],
      tags,
      security: [...security],
      components: { securitySchemes },
    },
    transform: createJsonSchemaTransform(options),
    transformObject: createJsonSchemaTransformObject(options),
  });
  let completed: ApiDocument | null = null;
  const read = (request: FastifyRequest): ApiDocument =>
    nameCookie((completed ??= completeDocument(app.swagger())), sessionCookieName(request));
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // The page loads nothing from outside; the policy would not allow it.
    staticCSP: {
      'default-src': "'self'",
      'base-uri': "'self'",
      'img-src': ["'self'", 'data:'],
      'object-src': "'none'",
      'script-src': "'self'",
      'style-src': ["'self'", "'unsafe-inline'"],
      'frame-ancestors': "'self'",
    },
    theme: { title: 'a3c-server API' },
    uiConfig: { validatorUrl: null },
    transformSpecificationClone: false,
    transformSpecification: (_generated, request) => {
      const job = jobs.summarize({ limit: 1 }).jobs[0]?.id;
      return nameIds(read(request), {
        job,
        experiment: experiments.list({ limit: 1 }).data[0]?.id,
        evaluation: job && evaluations.list(job)[0]?.id,
        tuning: tunings.list({ limit: 1 }).data[0]?.id,
      });
    },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async (request, reply) =>
    reply.type('application/json; charset=utf-8').serializer(writeJsonLine).send(read(request)),
  );
}

/** Adds descriptions, which the registry of names does not have, and leaves out what says nothing. */
function describeSchema({
  zodSchema,
  jsonSchema,
}: {
  readonly zodSchema: z.core.$ZodType;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  Object.assign(jsonSchema, z.globalRegistry.get(zodSchema));
  // A long pattern that `format` says better, and the range of all integers.
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
