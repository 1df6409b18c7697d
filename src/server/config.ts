// How a server is set up: the options of `a3c serve`, and the one place that reads the environment.
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { httpLimits } from './http/limits.ts';

/** As browsers send it: scheme, host and port, nothing after. */
const corsOriginSchema = z
  .string()
  .refine(
    (origin) =>
      origin === '*' ||
      (/^https?:[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin),
    'not an origin such as https://example.com, nor *',
  );

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
  maxRequestsPerSecond: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(httpLimits.maxRequestsPerSecond)
    .describe('Requests with one token, or from one address where none is needed; more are refused'),
  corsOrigin: z
    .array(corsOriginSchema)
    .default([])
    .describe('Origin whose web pages may call the API, or * for all; may be given again'),
  trustProxy: z
    .array(z.string().refine(isNetwork, 'not an IP address or a network such as 10.0.0.0/8'))
    .default([])
    .describe('Address of a proxy whose X-Forwarded-For is believed; may be given again'),
  minFreeMebibytes: z.coerce
    .number()
    .min(0)
    .max(1_000_000)
    .default(64)
    .describe(
      'Room to leave on the disk of the data directory, but no more than 5 % of it; with less, jobs are paused',
    ),
  maxDataMebibytes: z.coerce
    .number()
    .positive()
    .max(1e9)
    .optional()
    .describe('Most that the data directory may hold; with more, jobs are paused until some are deleted'),
  keepMetricPoints: z.coerce
    .number()
    .int()
    .min(2)
    .max(1_000_000)
    .optional()
    .describe('Points to keep of the learning curve of a finished job, evenly chosen; absent: all'),
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
  token: z.string().optional().describe('Bearer token that calls need'),
  readToken: z.string().optional().describe('Bearer token of those who may only read'),
});
export type ServerSettings = z.infer<typeof serverSettingsSchema>;
export type ServerSettingsInput = z.input<typeof serverSettingsSchema>;

/** Settings that come from the environment; an empty variable is one that is not set. */
export function readServerEnvironment(): Pick<ServerSettingsInput, 'token' | 'readToken'> {
  const { A3C_TOKEN: token, A3C_READ_TOKEN: readToken } = process.env;
  return { ...(token && { token }), ...(readToken && { readToken }) };
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback';
}

function isNetwork(text: string): boolean {
  const [address = ''] = text.split('/', 1);
  // The library takes 10.1 for an address too, which people would read otherwise.
  return isIP(address) !== 0 && (address === text || ipaddr.isValidCIDR(text));
}
