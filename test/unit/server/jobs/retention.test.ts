// Retention of jobs: what is thinned or removed, and when; never what a job may still need.
import { existsSync, mkdirSync } from 'node:fs';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { EventBus } from '../../../../src/server/jobs/event-bus.ts';
import { JobLedger } from '../../../../src/server/jobs/job-ledger.ts';
import { Retention } from '../../../../src/server/jobs/retention.ts';
import { exampleFigures } from '../../../fixtures/example-figures.ts';
import { insertJob, openTemporaryStore } from '../../../fixtures/temporary-store.ts';

const recorded = 20;
const kept = 5;

/** A job with a curve whose master has ended because it was paused. */
function pauseJob() {
  const store = openTemporaryStore();
  const ledger = new JobLedger(store, new EventBus());
  const retention = new Retention({ store, keepMetricPoints: kept, log: pino({ level: 'silent' }) });
  const id = insertJob(store);
  ledger.move(id, 'start');
  const points = Array.from({ length: recorded }, (_, index) => exampleFigures(100 * index));
  ledger.recordFigures(id, { figures: exampleFigures(100 * recorded), events: [], points });
  ledger.move(id, 'pause');
  ledger.move(id, 'interrupt');
  const countPoints = () => store.curves.listMetrics(id, { sinceStep: -1, maxPoints: 100 }).length;
  return { store, ledger, retention, id, countPoints };
}

describe('Retention', () => {
  it('thins the curve of a job that is over, and not of one that rests', async () => {
    const { ledger, retention, id, countPoints } = pauseJob();
    retention.noteEnd(id);
    await retention.sweep();
    expect(countPoints()).toBe(recorded);
    ledger.move(id, 'cancel');
    retention.noteEnd(id);
    expect(countPoints()).toBe(kept);
  });

  it.each([
    ['succeeded', ['resume', 'start', 'succeed']],
    ['failed', ['resume', 'start', 'fail']],
    ['cancelled', ['cancel']],
  ] as const)('thins in a sweep what an earlier server left of a job that %s', async (state, events) => {
    const { ledger, retention, id, countPoints } = pauseJob();
    for (const event of events) ledger.move(id, event);
    expect(ledger.require(id).state).toBe(state);
    await retention.sweep();
    expect(countPoints()).toBe(kept);
  });

  it('keeps the weights that a job which has not begun yet is to start from', async () => {
    const { store, retention, id } = pauseJob();
    const start = store.artifacts.locate({ jobId: id, name: 'start' });
    mkdirSync(start, { recursive: true });
    await retention.sweep();
    expect(existsSync(start)).toBe(true);
  });
});
