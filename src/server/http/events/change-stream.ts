// Stream of the changes of all jobs, in short, for one reader. A job that changes often is sent now and then, with its
// newest numbers: a reader that is slow misses numbers in between, and nothing is buffered for it.
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobId } from '../../../shared/job/job.ts';
import { presentOverview } from '../../jobs/present-job.ts';
import type { HttpLimits } from '../limits.ts';
import type { Services } from '../services.ts';
import { watchReader } from '../stall-watch.ts';
import { ChangeSignal } from './change-signal.ts';

/** Shortest time between two sendings, of which each has the newest numbers of a job. */
export const minChangeIntervalMs = 250;

interface ChangeSources
  extends Pick<Services, 'bus' | 'store'>, Pick<HttpLimits, 'heartbeatMs' | 'stallLimitMs'> {}

export interface ChangeReader {
  /** Changes of one job within this time are sent together. */
  readonly intervalMs: number;
  /** Called if the reader takes nothing; must close the connection. */
  readonly onStall: () => void;
}

/** Creates a stream that ends when its reader does. */
export function createChangeStream(sources: ChangeSources, { intervalMs, onStall }: ChangeReader): Readable {
  const abort = new AbortController();
  const chunks = generateChunks(sources, intervalMs, abort.signal);
  const rules = { stallLimitMs: sources.stallLimitMs, onStall };
  const stream = Readable.from(watchReader(chunks, rules), { objectMode: false });
  stream.once('close', () => {
    abort.abort();
  });
  return stream;
}

async function* generateChunks(
  { bus, store, heartbeatMs }: ChangeSources,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const changed = new Set<JobId>();
  const changes = new ChangeSignal();
  const unsubscribe = bus.subscribeAll((id) => {
    changed.add(id);
    changes.notify();
  });
  signal.addEventListener('abort', () => {
    changes.notify();
  });
  try {
    // A reader that has this misses nothing that changes from now on.
    yield 'retry: 1000\nevent: ready\ndata: {}\n\n';
    while (!signal.aborted) {
      if (!(await changes.wait(heartbeatMs))) {
        yield ': heartbeat\n\n';
        continue;
      }
      await sleep(intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      const ids = [...changed];
      changed.clear();
      const now = Date.now();
      yield ids
        .map((id) => {
          const job = store.jobs.summarizeOne(id);
          return job === null
            ? formatMessage('removed', { id })
            : formatMessage('job', presentOverview(job, now));
        })
        .join('');
    }
  } finally {
    unsubscribe();
  }
}

function formatMessage(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
