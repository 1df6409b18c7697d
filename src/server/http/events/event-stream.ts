// Stream of server-sent events for one reader. It reads from the store at the reader's own pace, so at most two pages
// are buffered. A reader that takes too long for a page is disconnected.
import { Readable } from 'node:stream';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { JobId } from '../../../shared/job/job.ts';
import { ChangeSignal } from './change-signal.ts';
import type { EventPages, EventTypes } from './event-pages.ts';
import type { HttpLimits } from '../limits.ts';
import type { Services } from '../services.ts';
import { watchReader } from '../stall-watch.ts';

export interface EventReader {
  readonly jobId: JobId;
  /** Id of the last event that the reader has. */
  readonly after: number;
  readonly types?: EventTypes;
  /** Events within this time are sent together; 0: each is sent at once. */
  readonly intervalMs?: number;
  /** Called if the reader has not taken a page for stallLimitMs; must close the connection. */
  readonly onStall: () => void;
}

interface EventSources extends Pick<Services, 'bus'>, Pick<HttpLimits, 'heartbeatMs' | 'stallLimitMs'> {
  readonly pages: EventPages;
}

/** Creates a stream that ends after the last event of a finished job, or when the job is deleted. */
export function createEventStream(sources: EventSources, reader: EventReader): Readable {
  const abort = new AbortController();
  const chunks = generateChunks(sources, reader, abort.signal);
  const rules = { stallLimitMs: sources.stallLimitMs, onStall: reader.onStall };
  const stream = Readable.from(watchReader(chunks, rules), { objectMode: false });
  stream.once('close', () => {
    abort.abort();
  });
  return stream;
}

async function* generateChunks(
  { pages, bus, heartbeatMs }: EventSources,
  { jobId, after, types = null, intervalMs = 0 }: EventReader,
  signal: AbortSignal,
): AsyncGenerator<string | Buffer, void, undefined> {
  const changes = new ChangeSignal();
  const unsubscribe = bus.subscribe(jobId, () => {
    changes.notify();
  });
  signal.addEventListener('abort', () => {
    changes.notify();
  });
  try {
    yield 'retry: 1000\n\n';
    let lastId = after;
    while (!signal.aborted) {
      const page = pages.read(jobId, lastId, types);
      const hasRead = page.lastId > lastId;
      lastId = page.lastId;
      if (page.bytes.length > 0) yield page.bytes;
      else if (hasRead) await setImmediate();
      if (hasRead) continue;
      if (page.isLast) return;
      if (intervalMs > 0) await sleep(intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!(await changes.wait(heartbeatMs))) yield ': heartbeat\n\n';
    }
  } finally {
    unsubscribe();
  }
}
