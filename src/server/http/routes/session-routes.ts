// Routes to sign a page in with a token, and out again.
import { z } from 'zod';
import type { CallerRoles } from '../access/caller-roles.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App } from '../services.ts';

const tags = ['operations'];

const sessionSchema = z.object({
  role: z
    .enum(['full', 'read'])
    .nullable()
    .describe('What the caller may do; null: the caller has to sign in, or to send a token'),
  needsToken: z.boolean().describe('Whether this server has a token'),
});

const signInSchema = z.strictObject({
  token: z.string().min(1).max(1000).describe('A3C_TOKEN or A3C_READ_TOKEN of this server'),
});

export function registerSessionRoutes(app: App, roles: CallerRoles): void {
  app.get('/session', {
    schema: {
      tags,
      summary: 'What the caller may do',
      response: { 200: sessionSchema, ...problemResponses },
    },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return { role: roles.find(request).role, needsToken: roles.areNeeded };
    },
  });

  app.post('/session', {
    schema: {
      tags,
      summary: 'Sign a page in',
      description: 'Sets a cookie that stands for the token, for pages of this server only.',
      body: signInSchema,
      response: { 200: sessionSchema, ...problemResponses },
    },
    handler: async (request, reply) => ({
      role: roles.signIn(request.body.token, request, reply),
      needsToken: roles.areNeeded,
    }),
  });

  app.delete('/session', {
    schema: { tags, summary: 'Sign a page out', response: { 204: z.null(), ...problemResponses } },
    handler: async (request, reply) => {
      roles.signOut(request, reply);
      return reply.code(204).send(null);
    },
  });
}
