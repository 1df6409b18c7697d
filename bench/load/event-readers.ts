// Event streams that another thread holds open and reads.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ReaderTally } from './event-reader-thread.ts';

const tallySchema: z.ZodType<ReaderTally> = z.object({
  open: z.int(),
  events: z.int(),
  lost: z.int(),
  lowestId: z.int(),
});

const pageSchema = z.object({ hasMore: z.boolean() });

/** Streams first repeat what the job has seen, up to 10 000 events each. */
const catchUpDeadlineMs = 60_000;
const pollMs = 100;

export interface EventReaders {
  read(): Promise<ReaderTally>;
  /** Leaves all streams. */
  close(): Promise<void>;
}

/** Resolves when all streams are open and have nothing left to catch up on. */
export async function openEventReaders(task: {
  readonly url: string;
  readonly jobId: string;
  readonly streams: number;
}): Promise<EventReaders> {
  const thread = new Worker(new URL('./event-reader-thread.ts', import.meta.url), { workerData: task });
  const read = async (): Promise<ReaderTally> => {
    const answer = once(thread, 'message');
    thread.postMessage('tally');
    return tallySchema.parse((await answer)[0]);
  };
  const deadline = performance.now() + catchUpDeadlineMs;
  while (await isBehind(task, await read())) {
    if (performance.now() > deadline) throw new Error(`${task.streams} streams did not catch up`);
    await sleep(pollMs);
  }
  return {
    read,
    close: async () => {
      await thread.terminate();
    },
  };
}

/** Whether any reader lacks more events than happen in a second or so. */
async function isBehind(
  { url, jobId, streams }: { readonly url: string; readonly jobId: string; readonly streams: number },
  { open, lowestId }: ReaderTally,
): Promise<boolean> {
  if (open < streams || lowestId === 0) return true;
  const page = await fetch(`${url}/jobs/${jobId}/events?after=${lowestId}&limit=200`);
  return pageSchema.parse(await page.json()).hasMore;
}
