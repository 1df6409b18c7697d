// The server-sent events of one reader. It reads from the store at its own pace, so no more than two pages are ever
// buffered for it.
import { Readable } from 'node:stream';
import type { JobEventRecord } from '../../shared/api/job-event.ts';
import type { JobId } from '../../shared/job/job.ts';
import { isFinished } from '../../shared/job/transition.ts';
import type { Services } from './services.ts';

export interface EventReader {
  readonly jobId: JobId;
  /** Id of the last event the reader has. */
  readonly after: number;
}

const pageSize = 200;

interface EventSources extends Pick<Services, 'store' | 'bus'> {
  readonly heartbeatMs: number;
}

/** A stream that ends after the last event of a finished job, or when the job is deleted. */
export function createEventStream(sources: EventSources, reader: EventReader): Readable {
  const abort = new AbortController();
  const stream = Readable.from(generateChunks(sources, reader, abort.signal), { objectMode: false });
  stream.once('close', () => {
    abort.abort();
  });
  return stream;
}

async function* generateChunks(
  { store, bus, heartbeatMs }: EventSources,
  { jobId, after }: EventReader,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
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
      // Read before the events: a state that is final here has all its events in the store.
      const job = store.jobs.find(jobId);
      const events = store.events.list(jobId, lastId, pageSize);
      lastId = events.at(-1)?.id ?? lastId;
      if (events.length > 0) yield events.map(formatEvent).join('');
      else if (!job || isFinished(job.state)) return;
      else if (!(await changes.wait(heartbeatMs))) yield ': heartbeat\n\n';
    }
  } finally {
    unsubscribe();
  }
}

function formatEvent({ id, time, type, data }: JobEventRecord): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ ...data, time })}\n\n`;
}

/** Remembers that something changed until somebody waits for it. */
class ChangeSignal {
  #hasChanged = false;
  #wake: (() => void) | null = null;

  notify(): void {
    this.#hasChanged = true;
    this.#wake?.();
  }

  /** Resolves with true once something has changed since the last call, or with false after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<boolean> {
    if (!this.#hasChanged) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
      this.#wake = null;
    }
    const hasChanged = this.#hasChanged;
    this.#hasChanged = false;
    return hasChanged;
  }
}
