import { describe, expect, it } from 'vitest';
import { presentJob } from '../../../../src/server/jobs/present-job.ts';
import type { JobRecord } from '../../../../src/server/store/job-record.ts';
import type { JobState } from '../../../../src/shared/job/job.ts';
import { exampleFigures } from '../../../fixtures/example-figures.ts';
import { insertJob, openTemporaryStore } from '../../../fixtures/temporary-store.ts';

/** A job that has reported once, after 4 s and half of its way. */
function createRecord(state: JobState): JobRecord {
  const store = openTemporaryStore();
  const id = insertJob(store);
  store.jobs.update(id, { state, figures: exampleFigures(4_000) });
  const record = store.jobs.find(id);
  if (!record) throw new Error('the job is gone');
  return record;
}

const now = Date.parse('2026-01-01T00:00:00Z');

describe('presentJob', () => {
  it('estimates when a running job ends from its pace so far', () => {
    const { progress } = presentJob(createRecord('running'), now);
    expect(progress).toMatchObject({ steps: 4_000, estimatedFinishAt: '2026-01-01T00:00:04.000Z' });
  });

  it('estimates nothing for a job that does not run', () => {
    expect(presentJob(createRecord('queued'), now).progress.estimatedFinishAt).toBeNull();
  });

  it('estimates nothing before there is a pace', () => {
    const record = createRecord('running');
    expect(presentJob({ ...record, figures: null }, now).progress.estimatedFinishAt).toBeNull();
  });
});
