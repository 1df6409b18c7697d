// Routes to sign a page in with a token, and out again.
import { z } from 'zod';
import { sessionSchema, signInRequestSchema } from '../../../shared/api/session.ts';
import type { CallerRoles } from '../access/caller-roles.ts';
import { openToAll } from '../openapi/security.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App } from '../services.ts';

const tags = ['session'];

export function registerSessionRoutes(app: App, roles: CallerRoles): void {
  app.get('/session', {
    schema: {
      operationId: 'getSession',
      tags,
      summary: 'Read what the caller may do',
      security: openToAll,
      response: { 200: sessionSchema.describe('What the caller may do'), ...problemResponses },
    },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return { role: roles.find(request).role, needsToken: roles.areNeeded };
    },
  });

  app.post('/session', {
    schema: {
      operationId: 'signIn',
      tags,
      summary: 'Sign a page in',
      security: openToAll,
      description: 'Sets a cookie that stands for the token, for pages of this server only.',
      body: signInRequestSchema,
      response: {
        200: sessionSchema.describe('What the page may do; the answer sets its cookie'),
        ...problemResponses,
      },
    },
    handler: async (request, reply) => ({
      role: roles.signIn(request.body.token, request, reply),
      needsToken: roles.areNeeded,
    }),
  });

  app.delete('/session', {
    schema: {
      operationId: 'signOut',
      tags,
      summary: 'Sign a page out',
      security: openToAll,
      response: { 204: z.null().describe('The cookie is removed'), ...problemResponses },
    },
    handler: async (request, reply) => {
      roles.signOut(request, reply);
      return reply.code(204).send(null);
    },
  });
}
