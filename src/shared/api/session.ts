// Answer of /session, and the body that signs a page in.
import { z } from 'zod';

export const sessionSchema = z.object({
  role: z
    .enum(['full', 'read'])
    .nullable()
    .describe('What the caller may do; null: the caller has to sign in, or to send a token'),
  needsToken: z.boolean().describe('Whether this server has a token'),
});
export type Session = z.infer<typeof sessionSchema>;

export const signInRequestSchema = z.strictObject({
  token: z.string().min(1).max(1000).describe('A3C_TOKEN or A3C_READ_TOKEN of this server'),
});
export type SignInRequest = z.input<typeof signInRequestSchema>;
