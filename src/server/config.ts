// Server settings: the options of `a3c serve`, and environment variables, which are read only here.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { defaultPython } from '../shared/gymnasium/default-python.ts';
import { natsAddressSchema, natsRequiredSchema } from '../shared/nats/nats-address.ts';
import { webhookUrlSchema } from '../shared/job/webhook-url.ts';
import { httpLimits } from './http/limits.ts';
import { maxRunningJobsSchema } from '../trainer/max-running-jobs.ts';
import { parseWebhookHost } from './webhooks/webhook-host.ts';

/** An origin as browsers send it: scheme, host and port, nothing after. */
const corsOriginSchema = z
  .string()
  .refine(
    (origin) =>
      origin === '*' ||
      (/^https?:[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin),
    'must be an origin such as https://example.com, or *',
  );

export const serverOptionsSchema = z.strictObject({
  port: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('Port to listen on; 0 selects a free port'),
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; other machines can reach it only with A3C_TOKEN or --insecure'),
  data: z.string().min(1).default('./a3c-data').describe('Directory for jobs and models; created if missing'),
  environments: z
    .array(z.string().min(1))
    .default([])
    .describe('Environment module, or directory of environment modules; may be repeated'),
  python: z
    .string()
    .min(1)
    .optional()
    .describe(
      `Python with Gymnasium, for environments such as gymnasium:Taxi-v4; default: A3C_PYTHON, or ${defaultPython}`,
    ),
  maxRunningJobs: maxRunningJobsSchema,
  maxQueuedJobs: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe('Maximum number of waiting jobs; further jobs are refused'),
  maxRequestsPerSecond: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(httpLimits.maxRequestsPerSecond)
    .describe('Request limit of each token, or of each address if no token is set'),
  maxActionRequestsPerSecond: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(httpLimits.maxActionRequestsPerSecond)
    .describe("The same for requests for a policy's actions, messages of WebSockets included"),
  corsOrigin: z
    .array(corsOriginSchema)
    .default([])
    .describe('Origin whose web pages may call the API, or * for all; may be repeated'),
  trustProxy: z
    .array(z.string().refine(isNetwork, 'must be an IP address, or a network such as 10.0.0.0/8'))
    .default([])
    .describe('Address of a proxy whose X-Forwarded-For is trusted; may be repeated'),
  minFreeMebibytes: z.coerce
    .number()
    .min(0)
    .max(1_000_000)
    .default(64)
    .describe(
      'Free space to keep on the disk of the data directory, at most 5 % of the disk; with less, jobs are paused',
    ),
  maxDataMebibytes: z.coerce
    .number()
    .positive()
    .max(1e9)
    .optional()
    .describe('Size limit of the data directory; above it, jobs are paused until some are deleted'),
  keepMetricPoints: z.coerce
    .number()
    .int()
    .min(2)
    .max(1_000_000)
    .optional()
    .describe(
      'Number of points to keep of the learning curve of a finished job, evenly chosen; default: all',
    ),
  tensorboard: z
    .string()
    .min(1)
    .optional()
    .describe('Directory for event files of TensorBoard; each job gets its own directory in it'),
  webhookUrl: z
    .array(webhookUrlSchema)
    .optional()
    .describe('Address that is told of every change of state of every job; may be repeated'),
  webhookHost: z
    .array(
      z.string().refine((text) => parseWebhookHost(text) !== null, 'must be a host, or a host and its port'),
    )
    .optional()
    .describe('Host that jobs may name as their webhook, with its port if it is unusual; may be repeated'),
  webhookNetwork: z
    .array(z.string().refine(isNetwork, 'must be an IP address, or a network such as 10.0.0.0/8'))
    .optional()
    .describe('Network that is not public, but that names of webhooks may resolve to; may be repeated'),
  nats: natsAddressSchema
    .optional()
    .describe(
      'Address of NATS, over which trainers and workers on other machines take jobs; A3C_NATS keeps its password hidden',
    ),
  natsRequired: natsRequiredSchema,
  train: z
    .boolean()
    .default(true)
    .describe('Train jobs on this machine too; --no-train leaves them to the trainers of --nats'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Lowest level of messages to log'),
  portFile: z.string().min(1).optional().describe('File to write the port number to when the server listens'),
  insecure: z.boolean().default(false).describe('Allow listening on any address without a token'),
  spareMaster: z.boolean().default(true).describe('Keep a process ready, so that jobs start at once'),
});

/**
 * The options, and the settings that must not be on a command line, where every user of the machine can read them.
 */
export const serverSettingsSchema = serverOptionsSchema.extend({
  token: z.string().optional().describe('Bearer token that calls need'),
  readToken: z.string().optional().describe('Bearer token for read-only access'),
  peerToken: z
    .string()
    .optional()
    .describe('Bearer token of remote environments, which may connect and do nothing else'),
  webhookSecret: z.string().optional().describe('Key of the signatures of webhooks'),
});
export type ServerSettings = z.infer<typeof serverSettingsSchema>;
export type ServerSettingsInput = z.input<typeof serverSettingsSchema>;

/** The settings that can come from environment variables. */
type EnvironmentSettings = Pick<
  ServerSettingsInput,
  | 'token'
  | 'readToken'
  | 'peerToken'
  | 'nats'
  | 'python'
  | 'tensorboard'
  | 'webhookUrl'
  | 'webhookHost'
  | 'webhookNetwork'
  | 'webhookSecret'
>;

/** Settings from environment variables. An empty variable counts as not set. A list is separated by spaces. */
export function readServerEnvironment(): EnvironmentSettings {
  const {
    A3C_TOKEN: token,
    A3C_READ_TOKEN: readToken,
    A3C_PEER_TOKEN: peerToken,
    A3C_NATS: nats,
    A3C_PYTHON: python,
    A3C_TENSORBOARD: tensorboard,
    A3C_WEBHOOK_URL: webhookUrl,
    A3C_WEBHOOK_HOST: webhookHost,
    A3C_WEBHOOK_NETWORK: webhookNetwork,
    A3C_WEBHOOK_SECRET: webhookSecret,
  } = process.env;
  return {
    ...(token && { token }),
    ...(readToken && { readToken }),
    ...(peerToken && { peerToken }),
    ...(nats && { nats }),
    ...(python && { python }),
    ...(tensorboard && { tensorboard }),
    ...(webhookUrl && { webhookUrl: splitList(webhookUrl) }),
    ...(webhookHost && { webhookHost: splitList(webhookHost) }),
    ...(webhookNetwork && { webhookNetwork: splitList(webhookNetwork) }),
    ...(webhookSecret && { webhookSecret }),
  };
}

function splitList(text: string): string[] {
  return text.split(/\s+/).filter((part) => part !== '');
}

/** Returns whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback';
}

function isNetwork(text: string): boolean {
  const [address = ''] = text.split('/', 1);
  // The library also accepts 10.1 as an address, which people would read differently.
  return isIP(address) !== 0 && (address === text || ipaddr.isValidCIDR(text));
}
