// Scheduler with real processes and a real store; only the behaviour of masters is scripted.
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventBus } from '../../../src/server/jobs/event-bus.ts';
import { JobIntake } from '../../../src/server/jobs/job-intake.ts';
import { JobLedger } from '../../../src/server/jobs/job-ledger.ts';
import { JobService } from '../../../src/server/jobs/job-service.ts';
import { ProcessMasterHost } from '../../../src/trainer/masters/process-master-host.ts';
import { Retention } from '../../../src/server/jobs/retention.ts';
import { Scheduler } from '../../../src/server/jobs/scheduler.ts';
import { watchStorage } from '../../../src/server/store/watch-storage.ts';
import { Store } from '../../../src/server/store/store.ts';
import { kernelChoice } from '../../../src/shared/engines/engine-choice.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import type { JobId, JobState } from '../../../src/shared/job/job.ts';
import { createTemporaryDirectory, insertJob } from '../../fixtures/temporary-store.ts';

const entry = join(import.meta.dirname, '../../fixtures/scripted-master.ts');

/** Each worker of a job here takes a byte. */
function createScheduler({ cores = 4, maxRunningJobs = 10, keepSpare = false, memoryBytes = 1_000 } = {}) {
  const store = Store.open(createTemporaryDirectory());
  const log = pino({ level: 'silent' });
  const bus = new EventBus();
  const ledger = new JobLedger(store, bus);
  const locateJob = (id: string): string => store.directory.jobDirectory(id);
  const masters = new ProcessMasterHost({ entry, locateJob, keepSpare, log });
  const environments = new EnvironmentRegistry([]);
  const { storage, usage } = watchStorage(store, { minFreeMebibytes: 0 }, log);
  const scheduler = new Scheduler({
    ledger,
    masters,
    cores,
    maxRunningJobs,
    memoryBytes,
    estimateMemory: ({ workers }) => workers,
    environments,
    storage,
    retention: new Retention({ store, keepMetricPoints: null, log }),
    log,
  });
  const jobs = new JobService({
    store,
    ledger,
    bus,
    dispatcher: scheduler,
    intake: new JobIntake({
      store,
      ledger,
      bus,
      dispatcher: scheduler,
      storage,
      environments,
      webhooks: { findRefusal: () => null },
      hasNats: false,
      maxQueuedJobs: 10,
      memoryBytes,
    }),
    usage,
    environments,
  });
  onTestFinished(async () => {
    await scheduler.close();
    store.close();
  });
  const post = (name: string, workers = 1): JobId => insertJob(store, { name, workers });
  const stateOf = (id: JobId): JobState => ledger.require(id).state;
  const waitFor = (id: JobId, state: JobState): Promise<void> =>
    vi.waitFor(
      () => {
        expect(stateOf(id)).toBe(state);
      },
      { timeout: 40_000, interval: 10 },
    );
  const waitForFigures = (id: JobId): Promise<void> =>
    vi.waitFor(
      () => {
        expect(ledger.require(id).figures).not.toBeNull();
      },
      { timeout: 40_000, interval: 10 },
    );
  return { store, ledger, scheduler, jobs, masters, post, stateOf, waitFor, waitForFigures };
}

describe('Scheduler', () => {
  it('runs a job to its end and stores all that was reported', async () => {
    const { store, ledger, scheduler, post, waitFor } = createScheduler();
    const id = post('succeed');
    scheduler.schedule();
    await waitFor(id, 'succeeded');
    expect(ledger.require(id)).toMatchObject({
      attempt: 1,
      endedBy: 'targetReward',
      figures: { progress: { steps: 2000 } },
    });
    expect(ledger.require(id).stateReason).toMatch(/^reached its target: moving average 21\.5/);
    const rows = store.curves.listMetrics(id, { sinceStep: 0, maxPoints: 10 });
    expect(rows.map(({ steps }) => steps)).toEqual([1000, 2000]);
    expect(store.curves.listEvaluations(id, 10).map(({ mean }) => mean)).toEqual([9]);
    expect(store.events.list(id, 0, 100).map(({ type }) => type)).toEqual([
      'state',
      'progress',
      'episode',
      'evaluation',
      'progress',
      'state',
    ]);
  });

  it('starts as many jobs as cores allow for their workers, in the order of the queue', async () => {
    const { scheduler, post, stateOf, waitFor, ledger } = createScheduler({ cores: 4 });
    const [first, second, third, small] = [post('run', 2), post('run', 2), post('run', 2), post('run', 1)];
    scheduler.schedule();
    expect([first, second, third, small].map(stateOf)).toEqual(['running', 'running', 'queued', 'queued']);
    ledger.move(first, 'cancel');
    await scheduler.cancel(first);
    await waitFor(third, 'running');
    expect([first, second, third, small].map(stateOf)).toEqual(['cancelled', 'running', 'running', 'queued']);
  });

  it('starts no small job before a large one that waits', () => {
    const { scheduler, post, stateOf } = createScheduler({ cores: 4 });
    const ids = [post('run', 2), post('run', 4), post('run', 1)];
    scheduler.schedule();
    expect(ids.map(stateOf)).toEqual(['running', 'queued', 'queued']);
  });

  it('starts what waited behind a large job as soon as that one is cancelled', () => {
    const { scheduler, jobs, post, stateOf } = createScheduler({ cores: 4 });
    const ids = [post('run', 2), post('run', 4), post('run', 1)] as const;
    scheduler.schedule();
    jobs.cancel(ids[1]);
    expect(ids.map(stateOf)).toEqual(['running', 'cancelled', 'running']);
  });

  it('gives each job a master of its own', async () => {
    const { scheduler, masters, post, waitForFigures } = createScheduler({ keepSpare: true });
    const take = vi.spyOn(masters, 'take');
    const ids = [post('run'), post('run'), post('run')];
    scheduler.schedule();
    for (const id of ids) await waitForFigures(id);
    const processes = take.mock.results.flatMap(({ type, value }) => (type === 'return' ? [value.pid] : []));
    expect(new Set(processes).size).toBe(3);
  });

  it('runs a job with more workers than cores alone', () => {
    const { scheduler, post, stateOf } = createScheduler({ cores: 2 });
    const ids = [post('run', 8), post('run', 1)];
    scheduler.schedule();
    expect(ids.map(stateOf)).toEqual(['running', 'queued']);
  });

  it('queues a job that would fit into the memory alone, but not beside running jobs', async () => {
    const { scheduler, jobs, post, stateOf, waitFor } = createScheduler({ cores: 100, memoryBytes: 10 });
    const [first, second, third] = [post('run', 4), post('run', 6), post('run', 1)];
    scheduler.schedule();
    expect([first, second, third].map(stateOf)).toEqual(['running', 'running', 'queued']);
    jobs.cancel(first);
    await waitFor(third, 'running');
  });

  it('runs a job alone if it needs more memory than jobs may take', () => {
    const { scheduler, post, stateOf } = createScheduler({ cores: 100, memoryBytes: 10 });
    const ids = [post('run', 20), post('run', 1)];
    scheduler.schedule();
    expect(ids.map(stateOf)).toEqual(['running', 'queued']);
  });

  it('runs no more jobs than allowed', () => {
    const { scheduler, post, stateOf } = createScheduler({ cores: 8, maxRunningJobs: 1 });
    const ids = [post('run'), post('run')];
    scheduler.schedule();
    expect(ids.map(stateOf)).toEqual(['running', 'queued']);
  });

  it.each(['exit-3', 'kill-itself'])(
    'tries a job three times whose master does %s, then fails it',
    async (name) => {
      const { ledger, scheduler, post, waitFor } = createScheduler();
      const id = post(name);
      scheduler.schedule();
      await waitFor(id, 'failed');
      expect(ledger.require(id)).toMatchObject({
        attempt: 3,
        masterDeaths: 3,
        error: { code: 'MASTER_DIED' },
      });
    },
  );

  it('fails a job at once whose master says why', async () => {
    const { ledger, scheduler, post, waitFor } = createScheduler();
    const id = post('fail');
    scheduler.schedule();
    await waitFor(id, 'failed');
    expect(ledger.require(id)).toMatchObject({
      attempt: 1,
      error: { code: 'SOME_CODE', message: 'it broke' },
    });
  });

  it('starts the next job after one that failed', async () => {
    const { scheduler, post, waitFor } = createScheduler({ cores: 1 });
    post('fail');
    const id = post('succeed');
    scheduler.schedule();
    await waitFor(id, 'succeeded');
  });

  it('survives messages that are none', async () => {
    const { scheduler, post, waitFor } = createScheduler();
    const id = post('send-garbage');
    scheduler.schedule();
    await waitFor(id, 'succeeded');
  });

  it('stores null and 0 in place of figures that are not finite', async () => {
    const { ledger, scheduler, post, waitForFigures } = createScheduler();
    const id = post('send-nan');
    scheduler.schedule();
    await waitForFigures(id);
    expect(ledger.require(id).figures).toMatchObject({
      reward: { movingAverage: null },
      throughput: { stepsPerSecond: 0, updatesPerSecond: 1 },
    });
  });

  it.each(['run', 'hang'])('cancels a job whose master does %s', async (name) => {
    const { ledger, scheduler, post, stateOf, waitForFigures } = createScheduler();
    const id = post(name);
    scheduler.schedule();
    await waitForFigures(id);
    ledger.move(id, 'cancel');
    await scheduler.cancel(id);
    expect(stateOf(id)).toBe('cancelled');
  });

  it('cancels a job whose master is not even up', async () => {
    const { ledger, scheduler, post, waitFor } = createScheduler();
    const id = post('run');
    scheduler.schedule();
    ledger.move(id, 'cancel');
    await scheduler.cancel(id);
    await waitFor(id, 'cancelled');
  });

  it('counts no death of a master that exits when its job is to be paused', async () => {
    const { ledger, scheduler, jobs, post, waitFor, waitForFigures } = createScheduler();
    const id = post('exit-when-stopped');
    scheduler.schedule();
    await waitForFigures(id);
    jobs.pause(id);
    await waitFor(id, 'paused');
    expect(ledger.require(id)).toMatchObject({ masterDeaths: 0, stateReason: null, error: null });
  });

  it('puts running jobs back into the queue when it closes', async () => {
    const { ledger, scheduler, post, waitForFigures } = createScheduler();
    const ids = [post('run'), post('run')];
    scheduler.schedule();
    for (const id of ids) await waitForFigures(id);
    await scheduler.close();
    for (const id of ids)
      expect(ledger.require(id)).toMatchObject({ state: 'queued', attempt: 1, masterDeaths: 0 });
  });

  it('starts the curve of a second attempt from the beginning', async () => {
    const { store, ledger, scheduler, post, waitForFigures } = createScheduler();
    const id = post('run');
    scheduler.schedule();
    await waitForFigures(id);
    await scheduler.close();
    ledger.move(id, 'start');
    ledger.recordStart(id, { resumedAtSteps: null, engine: kernelChoice });
    expect(store.curves.listMetrics(id, { sinceStep: -1, maxPoints: 10 })).toEqual([]);
    expect(ledger.require(id)).toMatchObject({ attempt: 2, figures: null });
  });

  it('keeps the part of the curve before the checkpoint that an attempt continues from', async () => {
    const { store, ledger, scheduler, post, waitForFigures } = createScheduler();
    const id = post('run');
    scheduler.schedule();
    await waitForFigures(id);
    await scheduler.close();
    const [point] = store.curves.listMetrics(id, { sinceStep: -1, maxPoints: 10 });
    if (!point) throw new Error('there is no curve');
    store.curves.appendMetrics(id, { ...point, steps: point.steps + 1 });
    ledger.move(id, 'start');
    ledger.recordStart(id, { resumedAtSteps: point.steps + 1, engine: kernelChoice });
    expect(store.curves.listMetrics(id, { sinceStep: -1, maxPoints: 10 })).toEqual([point]);
    expect(ledger.require(id).figures).not.toBeNull();
  });

  it('ends a master that stays after its job', async () => {
    const { scheduler, post, waitFor } = createScheduler({ cores: 1 });
    const first = post('stay-after-end');
    const next = post('succeed');
    scheduler.schedule();
    await waitFor(first, 'succeeded');
    await waitFor(next, 'succeeded');
  });

  it('gives the waiting master to the next job and ends it when closed', async () => {
    const { scheduler, masters, post, waitFor } = createScheduler({ keepSpare: true, cores: 1 });
    scheduler.schedule();
    const spare = masters.take();
    expect(spare.pid).toBeGreaterThan(0);
    spare.kill();
    expect(await spare.exited).toEqual({ code: null, signal: 'SIGKILL' });
    masters.prepare();
    const id = post('succeed');
    scheduler.schedule();
    await waitFor(id, 'succeeded');
    await scheduler.close();
  });
});
