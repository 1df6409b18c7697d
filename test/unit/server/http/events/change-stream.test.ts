// Pace of the stream of all jobs' changes. No times are measured: an interval either ends at once or never does.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  createChangeStream,
  minChangeIntervalMs,
} from '../../../../../src/server/http/events/change-stream.ts';
import { EventBus } from '../../../../../src/server/jobs/event-bus.ts';
import { JobLedger } from '../../../../../src/server/jobs/job-ledger.ts';
import { exampleFigures } from '../../../../fixtures/example-figures.ts';
import { insertJob, openTemporaryStore } from '../../../../fixtures/temporary-store.ts';
import { patience } from '../../../../fixtures/running-server.ts';

function openStream(intervalMs: number) {
  const store = openTemporaryStore();
  const bus = new EventBus();
  const ledger = new JobLedger(store, bus);
  const jobs = [insertJob(store), insertJob(store)];
  const sources = { store, bus, heartbeatMs: 60_000, stallLimitMs: 60_000 };
  const stream = createChangeStream(sources, { intervalMs, onStall: () => undefined });
  onTestFinished(() => {
    stream.destroy();
  });
  const parts: string[] = [];
  stream.on('data', (part) => parts.push(String(part)));
  const report = (steps: number): void => {
    for (const id of jobs)
      ledger.recordFigures(id, { figures: exampleFigures(steps), events: [], points: [] });
  };
  return { parts, report };
}

describe('the stream of changes', () => {
  it('sends a burst of reports as one event for each job, with the newest numbers', async () => {
    // The bus tells of a burst at once and once more a little later: both are within the shortest interval.
    const { parts, report } = openStream(minChangeIntervalMs);
    await vi.waitFor(() => {
      expect(parts).toHaveLength(1);
    }, patience);
    for (let steps = 1; steps <= 100; steps += 1) report(steps);
    await vi.waitFor(() => {
      expect(parts.join('')).toContain('event: job');
    }, patience);
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    const steps = [...parts.join('').matchAll(/"steps":(\d+)/g)].map(([, count]) => Number(count));
    expect(steps).toEqual([100, 100]);
  });

  it('sends nothing before its interval has passed', async () => {
    const { parts, report } = openStream(60_000);
    await vi.waitFor(() => {
      expect(parts).toHaveLength(1);
    }, patience);
    for (let steps = 1; steps <= 100; steps += 1) {
      report(steps);
      await setImmediate();
    }
    expect(parts).toHaveLength(1);
  });
});
