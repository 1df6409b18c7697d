// Real server whose jobs never end by themselves. It takes requests without sockets and without rate limits.
import type { InjectOptions } from 'fastify';
import { onTestFinished } from 'vitest';
import { startServer } from '../../../src/server/main.ts';
import type { App } from '../../../src/server/http/services.ts';
import { scriptedMaster } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface FuzzedServer {
  readonly url: string;
  readonly port: number;
  /** Rejects where no answer comes. */
  inject(options: InjectOptions): Promise<Answer>;
}

/** Longer than anything here takes on a busy machine. */
const answerDeadlineMs = 20_000;
const noLimit = 1_000_000_000;
/** A process that gets no time for a second counts as infinitely late. */
const notWatched = Infinity;

export async function startFuzzedServer(): Promise<FuzzedServer> {
  const assembled: App[] = [];
  const server = await startServer(
    {
      port: 0,
      logLevel: 'silent',
      spareMaster: false,
      maxRunningJobs: 1,
      maxQueuedJobs: 1_000_000,
      data: createTemporaryDirectory(),
    },
    {
      masterEntry: scriptedMaster,
      limits: { maxRequestsPerSecond: noLimit, maxEventLoopDelayMs: notWatched },
      onAssembled: (app) => {
        assembled.push(app);
      },
    },
  );
  onTestFinished(() => server.close());
  const { url, port } = server;
  const [app] = assembled;
  if (!app) throw new Error('the server has no application');
  return { url, port, inject: (options) => withDeadline(inject(app, options), describe(options)) };
}

function describe({ method, url }: InjectOptions): string {
  return `${String(method)} ${JSON.stringify(url)}`;
}

/** Without event streams: they set the timeout of their connection, and what is injected has none. Sockets fuzz them. */
async function inject(app: App, { headers, ...options }: InjectOptions): Promise<Answer> {
  const accept = String(headers?.accept ?? '').replace('text/event-stream', 'application/json');
  const response = await app.inject({
    ...options,
    headers: { ...headers, ...(headers?.accept && { accept }) },
  });
  const { statusCode: status, headers: answered, body } = response;
  return { status, contentType: answered['content-type'] ?? '', headers: answered, body };
}

async function withDeadline<Result>(work: Promise<Result>, what: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer to ${what}`));
    }, answerDeadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
