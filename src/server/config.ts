// How a server is set up: the options of `a3c serve`, and the one place that reads the environment.
import { availableParallelism } from 'node:os';
import { z } from 'zod';

export const serverOptionsSchema = z.strictObject({
  port: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('Port to listen on; 0 takes a free one'),
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; any but this machine needs A3C_TOKEN or --insecure'),
  data: z
    .string()
    .min(1)
    .default('./a3c-data')
    .describe('Directory for jobs and models, created where missing'),
  environments: z
    .array(z.string().min(1))
    .default([])
    .describe('Directory whose modules define environments; may be given again'),
  maxRunningJobs: z.coerce
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(availableParallelism())
    .describe('Jobs that may train at a time; their workers never exceed the cores either'),
  maxQueuedJobs: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe('Jobs that may wait; one more is refused'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least important messages to log'),
  portFile: z.string().min(1).optional().describe('File to write the port to, once the server listens'),
  insecure: z.boolean().default(false).describe('Listen on any address without a token'),
  spareMaster: z.boolean().default(true).describe('Keep a process waiting, so that jobs start at once'),
});

/** The options and what must not stand on a command line, where every user of the machine can read it. */
export const serverSettingsSchema = serverOptionsSchema.extend({
  token: z.string().min(1).optional().describe('Bearer token that calls need'),
});
export type ServerSettings = z.infer<typeof serverSettingsSchema>;
export type ServerSettingsInput = z.input<typeof serverSettingsSchema>;

/** Settings that come from the environment. */
export function readServerEnvironment(): Pick<ServerSettingsInput, 'token'> {
  const token = process.env.A3C_TOKEN;
  return token === undefined || token === '' ? {} : { token };
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
