// One job on a scripted master and a real ledger: what each message and each end makes of the job.
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { EventBus } from '../../../../src/server/jobs/event-bus.ts';
import { JobLedger } from '../../../../src/server/jobs/job-ledger.ts';
import { JobRun } from '../../../../src/server/jobs/job-run.ts';
import type { Store } from '../../../../src/server/store/store.ts';
import { kernelChoice } from '../../../../src/shared/engines/engine-choice.ts';
import type { ErrorRecord } from '../../../../src/shared/errors/error-record.ts';
import type { StopReason } from '../../../../src/shared/protocol/messages.ts';
import { exampleFigures } from '../../../fixtures/example-figures.ts';
import { ScriptedMaster } from '../../../fixtures/scripted-master-host.ts';
import { insertJob, openTemporaryStore } from '../../../fixtures/temporary-store.ts';

const exited = { code: 0, signal: null };
const killed = { code: null, signal: 'SIGKILL' };

function createRecord(code: string | null): ErrorRecord {
  return { name: 'Error', code, message: 'it broke', stack: 'at environment.ts:7', cause: null };
}

function runJob({ storageProblem = null }: { storageProblem?: string | null } = {}) {
  const store = openTemporaryStore();
  const ledger = new JobLedger(store, new EventBus());
  const id = insertJob(store);
  const recheck = vi.fn(() => Promise.resolve(storageProblem));
  const start = () => {
    const master = new ScriptedMaster();
    const job = ledger.move(id, 'start');
    const log = pino({ level: 'silent' });
    const run = new JobRun({ job, master, environmentOrigin: null, ledger, storage: { recheck }, log });
    return { master, run };
  };
  return { ...start(), start, store, ledger, id, recheck, read: () => ledger.require(id) };
}

/** Makes the database refuse the record of a checkpoint, and only that. */
function refuseCheckpoints(store: Store): void {
  const database = new Database(store.directory.databasePath);
  database.exec(
    "CREATE TRIGGER full BEFORE UPDATE OF checkpointSteps ON jobs BEGIN SELECT RAISE(ABORT, 'full'); END",
  );
  database.close();
}

describe('the master of a job', () => {
  it('is started with the job and the number of its attempt', async () => {
    const { master, run, start, id, read } = runJob();
    expect(master.assignment).toMatchObject({ jobId: id, attempt: 1, spec: read().spec, logLevel: 'silent' });
    master.exit(killed);
    await run.ended;
    expect(start().master.assignment).toMatchObject({ jobId: id, attempt: 2 });
  });

  it.each([
    ['cancelled', 'cancelling', 'cancelled'],
    ['paused', 'pausing', 'paused'],
  ] as const)('that ends %s as it was asked to leaves a job that is so', async (reason, asked, state) => {
    const { master, run, ledger, id, read } = runJob();
    ledger.move(id, reason === 'cancelled' ? 'cancel' : 'pause');
    expect(read().state).toBe(asked);
    const stopped = reason === 'cancelled' ? run.cancel() : run.pause();
    expect(master.stops).toEqual([reason]);
    master.say({ type: 'finished', reason, figures: exampleFigures(300) });
    expect(read()).toMatchObject({ state, figures: { progress: { steps: 300 } } });
    master.exit(exited);
    await Promise.all([stopped, run.ended]);
    expect(read().state).toBe(state);
  });

  it('that the server stops for its own end leaves its job in the queue', async () => {
    const { master, run, read } = runJob();
    const shutDown = run.shutDown();
    master.say({ type: 'finished', reason: 'shutdown', figures: exampleFigures(300) });
    master.exit(exited);
    await shutDown;
    expect(read()).toMatchObject({ state: 'queued', masterDeaths: 0 });
  });
});

describe('messages', () => {
  it('change the job, its curve and its events together', () => {
    const { master, read, store, id } = runJob();
    const evaluation = { mean: 9, standardDeviation: 1, min: 8, max: 10, episodes: 5, steps: 900 };
    master.say({ type: 'started', resumedAtSteps: null, engine: kernelChoice });
    const figures = exampleFigures(1000);
    const episodes = [{ episode: 1, worker: 0, return: 9, length: 9, steps: 9 }];
    master.say({ type: 'figures', figures, curve: [exampleFigures(500), figures], episodes });
    master.say({ type: 'evaluation', evaluation, isBest: true });
    master.say({ type: 'model', model: 'best', steps: 900 });
    master.say({ type: 'checkpoint', steps: 950 });
    master.say({ type: 'warning', warning: { code: 'NO_EPISODE_ENDED', message: 'nothing ends' } });
    expect(read()).toMatchObject({
      state: 'running',
      figures: { progress: { steps: 1000 } },
      checkpointSteps: 950,
      warnings: [{ code: 'NO_EPISODE_ENDED' }],
    });
    const events = store.events.list(id, 0, 100).map(({ type }) => type);
    expect(events).toEqual(['state', 'progress', 'episode', 'evaluation', 'warning']);
  });

  it('after the end change nothing any more', () => {
    const { master, read } = runJob();
    master.say({ type: 'finished', reason: 'maxSteps', figures: exampleFigures(2000) });
    master.say({ type: 'figures', figures: exampleFigures(9000), curve: [], episodes: [] });
    master.say({ type: 'failed', error: createRecord('LATE') });
    expect(read()).toMatchObject({ state: 'succeeded', figures: { progress: { steps: 2000 } }, error: null });
  });

  it('that cannot be recorded end the master', () => {
    const { master, store } = runJob();
    store.close();
    master.say({ type: 'checkpoint', steps: 950 });
    expect(master.isKilled).toBe(true);
  });

  it.each([
    ['pause the job if the disk is the cause', 'the disk is full', { state: 'paused', isHeld: true }],
    ['count as a death of the master otherwise', null, { state: 'queued', masterDeaths: 1 }],
  ])('that cannot be recorded %s', async (_, storageProblem, expected) => {
    const { master, run, read, store } = runJob({ storageProblem });
    refuseCheckpoints(store);
    master.say({ type: 'checkpoint', steps: 950 });
    expect(master.isKilled).toBe(true);
    // Its end can be recorded all the same, as a full disk still has room for small changes.
    master.exit(killed);
    await run.ended;
    expect(read()).toMatchObject(expected);
  });
});

describe('a limit', () => {
  it.each(['targetReward', 'maxSteps', 'maxEpisodes', 'maxSeconds'] as const satisfies StopReason[])(
    '%s ends a job that succeeds, and is named',
    (reason) => {
      const { master, read } = runJob();
      master.say({ type: 'finished', reason, figures: exampleFigures(2000) });
      expect(read()).toMatchObject({ state: 'succeeded', endedBy: reason });
    },
  );
});

describe('a failure', () => {
  it('of the environment fails the job and tells where', () => {
    const { master, read, store, id } = runJob();
    master.say({ type: 'failed', error: createRecord('ENVIRONMENT_FAILED') });
    expect(read()).toMatchObject({
      state: 'failed',
      stateReason: 'it broke',
      error: { code: 'ENVIRONMENT_FAILED', message: 'it broke' },
    });
    const events = store.events.list(id, 0, 100);
    expect(JSON.stringify(events)).toContain('environment.ts:7');
  });

  it('of a job that is being cancelled cancels it', () => {
    const { master, ledger, id, read } = runJob();
    ledger.move(id, 'cancel');
    master.say({ type: 'failed', error: createRecord('ENVIRONMENT_FAILED') });
    expect(read()).toMatchObject({ state: 'cancelled', error: null });
  });

  it('of the disk holds the job until the disk is well', async () => {
    const { master, run, read } = runJob({ storageProblem: 'the disk is full' });
    master.say({ type: 'failed', error: createRecord('CHECKPOINT_NOT_WRITTEN') });
    master.exit(exited);
    await run.ended;
    expect(read()).toMatchObject({ state: 'paused', isHeld: true, masterDeaths: 0 });
    expect(read().stateReason).toContain('the disk is full');
  });

  it('of a disk that is well by now counts as a death of the master', async () => {
    const { master, run, read, recheck } = runJob();
    master.say({ type: 'failed', error: createRecord('MODEL_NOT_WRITTEN') });
    master.exit(exited);
    await run.ended;
    expect(recheck).toHaveBeenCalledOnce();
    expect(read()).toMatchObject({ state: 'queued', masterDeaths: 1 });
  });
});

describe('a master that dies', () => {
  it('three times without a checkpoint between fails its job', async () => {
    const { start, read, ...first } = runJob();
    let { master, run } = first;
    for (const deaths of [1, 2]) {
      master.exit(killed);
      await run.ended;
      expect(read()).toMatchObject({ state: 'queued', masterDeaths: deaths });
      ({ master, run } = start());
    }
    master.exit({ code: 3, signal: null });
    await run.ended;
    expect(read()).toMatchObject({ state: 'failed', error: { code: 'MASTER_DIED' } });
    expect(read().stateReason).toBe('the master process exited with code 3 (3 of 3)');
  });

  it('after a checkpoint has all its attempts again', async () => {
    const { start, read, ...first } = runJob();
    let { master, run } = first;
    for (let death = 0; death < 5; death += 1) {
      master.say({ type: 'checkpoint', steps: 100 * death });
      master.exit(killed);
      await run.ended;
      expect(read()).toMatchObject({ state: 'queued', masterDeaths: 1 });
      ({ master, run } = start());
    }
  });

  it.each(['cancel', 'pause'] as const)('during a %s has done what it was asked', async (event) => {
    const { master, run, ledger, id, read } = runJob();
    ledger.move(id, event);
    master.exit(killed);
    await run.ended;
    expect(read()).toMatchObject({ state: event === 'cancel' ? 'cancelled' : 'paused', masterDeaths: 0 });
  });
});

describe('a job that is held', () => {
  it('is paused, and goes on from there by itself', async () => {
    const { master, run, ledger, read } = runJob();
    const held = run.hold('the disk is full');
    expect(master.stops).toEqual(['paused']);
    master.say({ type: 'finished', reason: 'paused', figures: exampleFigures(300) });
    master.exit(exited);
    await Promise.all([held, run.ended]);
    expect(read()).toMatchObject({ state: 'paused', isHeld: true });
    expect(ledger.releaseHeld()).toBe(1);
    expect(read().state).toBe('queued');
  });

  it('is paused when its master is gone, if that could not be recorded before', async () => {
    const { master, run, ledger, read } = runJob();
    vi.spyOn(ledger, 'hold').mockImplementationOnce(() => {
      throw new Error('database or disk is full');
    });
    const held = run.hold('the disk is full');
    expect(read().state).toBe('running');
    master.exit(killed);
    await Promise.all([held, run.ended]);
    expect(read()).toMatchObject({ state: 'paused', isHeld: true, masterDeaths: 0 });
    expect(read().stateReason).toContain('the disk is full');
    expect(ledger.releaseHeld()).toBe(1);
  });
});
