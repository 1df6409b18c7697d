// Events of a job as one loop that reconnects and continues after the last event.
import { jobEventSchema, type JobEvent } from '../shared/api/job-event.ts';
import type { Job } from '../shared/job/job.ts';
import { isFinished } from '../shared/job/transition.ts';
import type { ApiConnection } from './api-connection.ts';
import { ApiError } from './api-error.ts';
import { parseEventStream, type ServerSentEvent } from './event-stream.ts';

export interface JobEventsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Continues after this event; without it, starts with the first event of the job. */
  readonly lastEventId?: string | undefined;
}

export interface JobEventSource {
  readonly connection: ApiConnection;
  readonly jobId: string;
  getJob(): Promise<Job>;
  /** Waits before the next connection attempt; rejects when `signal` aborts. */
  readonly wait?: (durationMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

const firstDelayMs = 100;
const maxDelayMs = 5000;
const maxFailures = 8;

/**
 * Yields every event of a job until it is finished, once each and in order.
 * Throws ApiError if the server refuses, and after several failed attempts to reconnect.
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
      // A stream that ends without new events may have been opened after the last event of a finished job.
      if (lastId === idBefore && isFinished((await source.getJob()).state)) return;
    } catch (error) {
      if (signal?.aborted || isRefusal(error) || failures >= maxFailures) throw error;
    }
    await wait(Math.min(maxDelayMs, firstDelayMs * 2 ** failures), signal);
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

/** Returns null for an event type that this client does not know: a newer server may send more. */
function readEvent({ type, data }: ServerSentEvent): JobEvent | null {
  const content: unknown = JSON.parse(data);
  const parsed = jobEventSchema.safeParse({ type, data: content });
  return parsed.success ? parsed.data : null;
}

/** The server refused the request; a retry would not change that. */
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
