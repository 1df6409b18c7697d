import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventPages } from '../../../../../src/server/http/events/event-pages.ts';
import { createEventStream } from '../../../../../src/server/http/events/event-stream.ts';
import { EventBus } from '../../../../../src/server/jobs/event-bus.ts';
import { JobLedger } from '../../../../../src/server/jobs/job-ledger.ts';
import { insertJob, openTemporaryStore } from '../../../../fixtures/temporary-store.ts';

/** Several pages of them. */
const messages = 20;
const message = 'x'.repeat(30_000);

/** The stream of a job's events, and what was said of its reader. */
function openStream(stallLimitMs: number) {
  const store = openTemporaryStore();
  const bus = new EventBus();
  const ledger = new JobLedger(store, bus);
  const jobId = insertJob(store);
  for (let count = 0; count < messages; count += 1) ledger.recordLog(jobId, 'info', message);
  ledger.move(jobId, 'cancel');
  const reader = { hasStalled: false };
  const onStall = (): void => {
    reader.hasStalled = true;
  };
  const pages = new EventPages({ store, bus });
  const sources = { pages, bus, heartbeatMs: 60_000, stallLimitMs };
  const stream = createEventStream(sources, { jobId, after: 0, onStall });
  onTestFinished(() => {
    stream.destroy();
  });
  return { stream, reader };
}

describe('an event stream', () => {
  it('disconnects a reader that takes too long for a page, even if it takes bytes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { stream, reader } = openStream(50);
    let taken = 0;
    while (!reader.hasStalled && taken < 1_000) {
      if (stream.read(1) !== null) taken += 1;
      await setImmediate();
      vi.advanceTimersByTime(5);
    }
    expect(taken).toBeGreaterThan(1);
    expect(reader.hasStalled).toBe(true);
  });

  it('ends for a reader that takes everything, and says nothing against it', async () => {
    const { stream, reader } = openStream(60_000);
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text.match(/^event: log$/gm)).toHaveLength(messages);
    expect(reader.hasStalled).toBe(false);
  });
});
