import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventPages } from '../../../../../src/server/http/events/event-pages.ts';
import { createEventStream } from '../../../../../src/server/http/events/event-stream.ts';
import { EventBus } from '../../../../../src/server/jobs/event-bus.ts';
import { JobLedger } from '../../../../../src/server/jobs/job-ledger.ts';
import { insertJob, openTemporaryStore } from '../../../../fixtures/temporary-store.ts';
import { patience } from '../../../../fixtures/running-server.ts';

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

  it.each([
    { intervalMs: 0, chunks: 10 },
    { intervalMs: 60_000, chunks: 1 },
  ])('sends ten reports in $chunks parts if it waits $intervalMs ms in between', async (pace) => {
    const store = openTemporaryStore();
    const bus = new EventBus();
    const ledger = new JobLedger(store, bus);
    const jobId = insertJob(store);
    ledger.recordLog(jobId, 'info', '0');
    const sources = { pages: new EventPages({ store, bus }), bus, heartbeatMs: 60_000, stallLimitMs: 60_000 };
    const { intervalMs } = pace;
    const stream = createEventStream(sources, { jobId, after: 0, intervalMs, onStall: () => undefined });
    onTestFinished(() => {
      stream.destroy();
    });
    const parts: string[] = [];
    stream.on('data', (part) => parts.push(String(part)));
    for (let report = 1; report < 10; report += 1) {
      await vi.waitFor(() => {
        expect(parts.join('')).toContain('event: log');
      }, patience);
      // The stream has all the time it needs to send the last one by itself.
      for (let turn = 0; turn < 10; turn += 1) await setImmediate();
      ledger.recordLog(jobId, 'info', String(report));
      // The bus would keep a report for a moment.
      bus.publish(jobId);
    }
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    expect(parts.filter((part) => part.includes('event: log'))).toHaveLength(pace.chunks);
  });

  it('sends what came while it waited together, each once and in order, and ends with its job', async () => {
    const store = openTemporaryStore();
    const bus = new EventBus();
    const ledger = new JobLedger(store, bus);
    const jobId = insertJob(store);
    ledger.recordLog(jobId, 'info', 'first');
    const sources = { pages: new EventPages({ store, bus }), bus, heartbeatMs: 60_000, stallLimitMs: 60_000 };
    const reader = { jobId, after: 0, types: ['log' as const], intervalMs: 20, onStall: () => undefined };
    const parts: string[] = [];
    for await (const part of createEventStream(sources, reader)) {
      parts.push(String(part));
      if (parts.length !== 2) continue;
      for (let count = 0; count < 50; count += 1) ledger.recordLog(jobId, 'info', 'one of many');
      ledger.move(jobId, 'cancel');
    }
    expect(parts.slice(1).map((part) => part.match(/^event: log$/gm)?.length)).toEqual([1, 50]);
    const ids = [...parts.join('').matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual(Array.from({ length: 51 }, (_, index) => index + 1));
    expect(parts.join('')).not.toContain('event: state');
  });
});
