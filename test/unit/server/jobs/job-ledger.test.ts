import { statSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EventBus } from '../../../../src/server/jobs/event-bus.ts';
import { JobLedger } from '../../../../src/server/jobs/job-ledger.ts';
import { presentJob } from '../../../../src/server/jobs/present-job.ts';
import { kernelChoice } from '../../../../src/shared/engines/engine-choice.ts';
import type { JobId } from '../../../../src/shared/job/job.ts';
import type { LifecycleEvent } from '../../../../src/shared/job/transition.ts';
import { exampleFigures } from '../../../fixtures/example-figures.ts';
import { insertJob, openTemporaryStore } from '../../../fixtures/temporary-store.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('JobLedger', () => {
  it('keeps when a job first started, however often it is interrupted, and forgets when it had finished', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000 });
    const store = openTemporaryStore();
    const ledger = new JobLedger(store, new EventBus());
    const id = insertJob(store);
    const moveAt = (timeMs: number, event: LifecycleEvent) => {
      vi.setSystemTime(timeMs);
      const { attempt, startedAt, finishedAt } = ledger.move(id, event);
      const read = (time: string | null) => (time === null ? null : Date.parse(time));
      return [attempt, read(startedAt), read(finishedAt)];
    };
    expect(moveAt(2_000, 'start')).toEqual([1, 2_000, null]);
    expect(moveAt(3_000, 'interrupt')).toEqual([1, 2_000, null]);
    expect(moveAt(4_000, 'start')).toEqual([2, 2_000, null]);
    expect(moveAt(5_000, 'succeed')).toEqual([2, 2_000, 5_000]);
    expect(moveAt(6_000, 'resume')).toEqual([2, 2_000, null]);
    expect(moveAt(7_000, 'start')).toEqual([3, 2_000, null]);
  });

  it('finishes what a server that died was cancelling, and queues what it was training', () => {
    const store = openTemporaryStore();
    const ledger = new JobLedger(store, new EventBus());
    const [cancelled, trained, waiting] = [insertJob(store), insertJob(store), insertJob(store)];
    for (const id of [cancelled, trained]) ledger.move(id, 'start');
    ledger.move(cancelled, 'cancel');
    expect(ledger.recover('the server stopped')).toBe(2);
    expect([cancelled, trained, waiting].map((id) => ledger.require(id).state)).toEqual([
      'cancelled',
      'queued',
      'queued',
    ]);
    expect(ledger.require(trained)).toMatchObject({ stateReason: 'the server stopped', masterDeaths: 0 });
    expect(ledger.findNextQueued()?.id).toBe(trained);
  });

  it('tells where a job goes on from, and takes that back when it begins anew', () => {
    const store = openTemporaryStore();
    const ledger = new JobLedger(store, new EventBus());
    const id = insertJob(store);
    ledger.move(id, 'start');
    expect(presentJob(ledger.require(id), 0).checkpoint).toBeNull();
    ledger.recordCheckpoint(id, 4_000);
    expect(presentJob(ledger.require(id), 0).checkpoint).toMatchObject({ steps: 4_000 });
    // One that nobody heard of any more is newer still; only a damaged one leads further back.
    ledger.recordStart(id, { resumedAtSteps: 5_000, engine: kernelChoice });
    expect(presentJob(ledger.require(id), 0).checkpoint).toMatchObject({ steps: 4_000 });
    ledger.recordStart(id, { resumedAtSteps: 3_000, engine: kernelChoice });
    expect(presentJob(ledger.require(id), 0).checkpoint).toMatchObject({ steps: 3_000 });
    ledger.recordStart(id, { resumedAtSteps: null, engine: kernelChoice });
    expect(presentJob(ledger.require(id), 0).checkpoint).toBeNull();
  });

  it('takes back what was recorded beyond the steps that a job goes on from', () => {
    const store = openTemporaryStore();
    const ledger = new JobLedger(store, new EventBus());
    const id = insertJob(store);
    const readSteps = () => [
      store.curves.listMetrics(id, { sinceStep: -1, maxPoints: 10 }).map(({ steps }) => steps),
      store.curves.listEvaluations(id, 10).map(({ steps }) => steps),
    ];
    ledger.move(id, 'start');
    for (const steps of [1_000, 2_000, 3_000]) {
      const figures = exampleFigures(steps);
      ledger.recordFigures(id, { figures, events: [], points: [figures] });
      const evaluation = { mean: 9, standardDeviation: 1, min: 8, max: 10, episodes: 5, steps };
      ledger.recordEvaluation(id, evaluation, false);
    }
    ledger.recordStart(id, { resumedAtSteps: 2_000, engine: kernelChoice });
    expect(readSteps()).toEqual([[1_000], [1_000, 2_000]]);
    ledger.recordStart(id, { resumedAtSteps: null, engine: kernelChoice });
    expect(readSteps()).toEqual([[], []]);
  });

  it('keeps each end where no damage to the newest changes can undo it', () => {
    const store = openTemporaryStore();
    const ledger = new JobLedger(store, new EventBus());
    const measureLog = () => statSync(`${store.directory.databasePath}-wal`).size;
    const figures = exampleFigures(1_000);
    const ends: ((id: JobId) => void)[] = [
      (id) => {
        ledger.recordEnd(id, figures, { event: 'succeed', details: { reason: 'maxSteps' } });
      },
      (id) => ledger.move(id, 'fail', { reason: 'it broke' }),
      (id) => {
        ledger.move(id, 'cancel');
        expect(measureLog()).toBeGreaterThan(0);
        ledger.move(id, 'cancelled');
      },
      (id) => {
        ledger.move(id, 'cancel');
        ledger.hold(id, { reason: 'the disk is full', hasMaster: false });
      },
    ];
    for (const end of ends) {
      const id = insertJob(store);
      ledger.move(id, 'start');
      ledger.recordFigures(id, { figures, events: [], points: [] });
      expect(measureLog()).toBeGreaterThan(0);
      end(id);
      expect(measureLog()).toBe(0);
    }
  });

  it('records an end while another program reads the database, and keeps it safe after the next one', () => {
    const store = openTemporaryStore();
    const ledger = new JobLedger(store, new EventBus());
    const measureLog = () => statSync(`${store.directory.databasePath}-wal`).size;
    const [first, second] = [insertJob(store), insertJob(store)];
    const reader = new SqliteDatabase(store.directory.databasePath, { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM jobs').get();
    expect(ledger.move(first, 'fail', { reason: 'it broke' }).state).toBe('failed');
    expect(measureLog()).toBeGreaterThan(0);
    reader.close();
    ledger.move(second, 'cancel');
    expect(measureLog()).toBe(0);
  });
});
