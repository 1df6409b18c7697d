// Documentation of the API: OpenAPI from the routes' schemas, and a page to read it and try calls.
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { App } from './services.ts';

export async function registerApiDocumentation(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'a3c-server',
        description:
          'Reinforcement-learning training server: POST an environment, watch it learn, download weights.',
        version,
      },
      tags: [
        { name: 'jobs', description: 'Training jobs' },
        { name: 'models', description: 'Trained models' },
        { name: 'catalogue', description: 'Environments and presets' },
        { name: 'operations', description: 'State of the server' },
      ],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
  });
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
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
