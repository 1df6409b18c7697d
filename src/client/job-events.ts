// Events of a job as one loop that reconnects and continues after the last event.
import { jobEventTypes } from '../shared/api/job-event-types.ts';
import type { JobEvent } from '../shared/api/job-event.ts';
import type { Job } from '../shared/job/job.ts';
import { isFinished } from '../shared/job/transition.ts';
import { readAnswer, type AnswerKind } from './answers.ts';
import type { ApiConnection } from './api-connection.ts';
import type { ServerSentEvent } from './event-stream.ts';
import { reconnect, type Reconnection, type StreamOptions } from './reconnect.ts';

export interface JobEventsOptions extends StreamOptions {
  /** Continues after this event; without it, starts with the oldest event that the server has. */
  readonly lastEventId?: string | number | undefined;
}

export interface JobEventSource extends Pick<Reconnection<JobEvent>, 'wait'> {
  readonly connection: ApiConnection;
  readonly jobId: string;
  readonly getJob: () => Promise<Pick<Job, 'state'>>;
}

const dataKind: AnswerKind<object> = { name: 'an event of a job', fields: [] };

/**
 * Yields every event of a job until it is finished, once each and in order.
 * Throws A3CError if the server refuses, and after several failed attempts to reconnect.
 */
export async function* iterateJobEvents(
  { connection, jobId, getJob, wait }: JobEventSource,
  { lastEventId, signal, maxAttempts }: JobEventsOptions = {},
): AsyncGenerator<JobEvent, void, undefined> {
  let lastId = lastEventId === undefined ? null : String(lastEventId);
  let idBefore = lastId;
  async function* connect(): AsyncGenerator<ServerSentEvent, void, undefined> {
    idBefore = lastId;
    const path = `jobs/${encodeURIComponent(jobId)}/events`;
    const headers: Record<string, string> = lastId === null ? {} : { 'last-event-id': lastId };
    for await (const message of connection.readEvents(path, { headers, signal })) {
      lastId = message.id ?? lastId;
      yield message;
    }
  }
  // A stream that ends without new events may have been opened after the last event of a finished job.
  const isOver = async (): Promise<boolean> => lastId === idBefore && isFinished((await getJob()).state);
  for await (const message of reconnect({ connect, isOver, signal, maxAttempts, wait })) {
    const event = readEvent(message);
    if (event === null) continue;
    yield event;
    if (event.type === 'state' && isFinished(event.data.state)) return;
  }
}

/** Returns null for an event type that this client does not know: a newer server may send more. */
function readEvent({ type, data }: ServerSentEvent): JobEvent | null {
  const isKnown = jobEventTypes.some((known) => known === type);
  const event = { type, data: isKnown ? readAnswer(dataKind, data) : null };
  return isEvent(event) ? event : null;
}

function isEvent(event: { readonly type: string; readonly data: object | null }): event is JobEvent {
  return event.data !== null;
}
