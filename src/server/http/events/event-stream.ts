// The server-sent events of one reader. It reads from the store at its own pace, so no more than two pages are ever
// buffered for it, and one that takes too long for a page is given up.
import { Readable } from 'node:stream';
import type { JobId } from '../../../shared/job/job.ts';
import type { EventPages } from './event-pages.ts';
import type { HttpLimits } from '../limits.ts';
import type { Services } from '../services.ts';
import { watchReader } from '../stall-watch.ts';

export interface EventReader {
  readonly jobId: JobId;
  /** Id of the last event the reader has. */
  readonly after: number;
  /** Called when the reader has not taken a page for stallLimitMs; it closes the connection. */
  readonly onStall: () => void;
}

interface EventSources extends Pick<Services, 'bus'>, Pick<HttpLimits, 'heartbeatMs' | 'stallLimitMs'> {
  readonly pages: EventPages;
}

/** A stream that ends after the last event of a finished job, or when the job is deleted. */
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
  { jobId, after }: EventReader,
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
      const page = pages.read(jobId, lastId);
      lastId = page.lastId;
      if (page.bytes.length > 0) yield page.bytes;
      else if (page.isLast) return;
      else if (!(await changes.wait(heartbeatMs))) yield ': heartbeat\n\n';
    }
  } finally {
    unsubscribe();
  }
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
