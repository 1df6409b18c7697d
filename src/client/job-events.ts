// The events of a job as one loop: a lost connection is taken up where it broke.
import { jobEventSchema, type JobEvent } from '../shared/api/job-event.ts';
import type { Job } from '../shared/job/job.ts';
import { isFinished } from '../shared/job/transition.ts';
import type { ApiConnection } from './api-connection.ts';
import { ApiError } from './api-error.ts';
import { parseEventStream, type ServerSentEvent } from './event-stream.ts';

export interface JobEventsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Continue after this event; without it the stream starts with the first event of the job. */
  readonly lastEventId?: string | undefined;
}

export interface JobEventSource {
  readonly connection: ApiConnection;
  readonly jobId: string;
  getJob(): Promise<Job>;
  /** Passes the time before the connection is tried again; rejects when `signal` aborts. */
  readonly wait?: (durationMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

const firstDelayMs = 100;
const longestDelayMs = 5000;
const maxFailures = 8;

/**
 * Every event of a job until it is finished, once each and in order.
 * Throws ApiError when the server refuses, and after several failed attempts to reach it again.
 */
export async function* iterateJobEvents(
  source: JobEventSource,
  { signal, lastEventId }: JobEventsOptions = {},
): AsyncGenerator<JobEvent, void, undefined> {
  const { wait = delay } = source;
  let lastId = lastEventId;
  for (let failures = 0; ; failures += 1) {
    const idBefore = lastId;
    try {
      for await (const message of connect(source, { signal, lastEventId: lastId })) {
        lastId = message.id ?? lastId;
        failures = 0;
        const event = readEvent(message);
        if (event === null) continue;
        yield event;
        if (event.type === 'state' && isFinished(event.data.state)) return;
      }
      // A stream that ends without news may have been opened after the last event of a finished job.
      if (lastId === idBefore && isFinished((await source.getJob()).state)) return;
    } catch (error) {
      if (signal?.aborted || isRefusal(error) || failures >= maxFailures) throw error;
    }
    await wait(Math.min(longestDelayMs, firstDelayMs * 2 ** failures), signal);
  }
}

async function* connect(
  { connection, jobId }: JobEventSource,
  { signal, lastEventId }: JobEventsOptions,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const response = await connection.request(`jobs/${encodeURIComponent(jobId)}/events`, {
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal,
  });
  if (response.body) yield* parseEventStream(response.body);
}

/** An event of a kind this client does not know is null: a newer server may send more. */
function readEvent({ type, data }: ServerSentEvent): JobEvent | null {
  const content: unknown = JSON.parse(data);
  const parsed = jobEventSchema.safeParse({ type, data: content });
  return parsed.success ? parsed.data : null;
}

/** The server understood and said no; asking again would not change that. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

function delay(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, durationMs);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
