import { describe, expect, it } from 'vitest';
import { EventBus } from '../../../../src/server/jobs/event-bus.ts';
import { JobLedger } from '../../../../src/server/jobs/job-ledger.ts';
import { presentJob } from '../../../../src/server/jobs/present-job.ts';
import { insertJob, openTemporaryStore } from '../../../fixtures/temporary-store.ts';

describe('JobLedger', () => {
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
    ledger.recordStart(id, 5_000);
    expect(presentJob(ledger.require(id), 0).checkpoint).toMatchObject({ steps: 4_000 });
    ledger.recordStart(id, 3_000);
    expect(presentJob(ledger.require(id), 0).checkpoint).toMatchObject({ steps: 3_000 });
    ledger.recordStart(id, null);
    expect(presentJob(ledger.require(id), 0).checkpoint).toBeNull();
  });
});
