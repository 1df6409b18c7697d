import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JobQuery } from '../../../../src/server/store/job-store.ts';
import { createJobId } from '../../../../src/server/store/job-record.ts';
import { Store } from '../../../../src/server/store/store.ts';
import { exampleFigures } from '../../../fixtures/example-figures.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';
import {
  createTemporaryDirectory,
  insertJob,
  openTemporaryStore,
} from '../../../fixtures/temporary-store.ts';

describe('JobStore', () => {
  it('returns a job as it was posted, also after the store was closed', () => {
    const path = createTemporaryDirectory();
    const first = Store.open(path);
    const id = insertJob(first, { name: 'a name', metadata: { run: 7 } });
    first.close();
    const second = Store.open(path);
    expect(second.jobs.find(id)).toMatchObject({
      id,
      state: 'queued',
      attempt: 0,
      spec: { ...exampleSpec, name: 'a name', metadata: { run: 7 } },
      figures: null,
    });
    second.close();
  });

  it('knows no job that was never posted', () => {
    expect(openTemporaryStore().jobs.find(createJobId())).toBeNull();
  });

  it('lists the newest first, by state and environment, page by page', () => {
    const store = openTemporaryStore();
    const [first, second, third] = ['A-v0', 'B-v0', 'A-v0'].map((environment) =>
      insertJob(store, { environment }),
    );
    const list = (query: Partial<JobQuery>) => store.jobs.list({ limit: 10, ...query }).map(({ id }) => id);
    expect(list({})).toEqual([third, second, first]);
    expect(list({ limit: 2 })).toEqual([third, second]);
    expect(list({ environment: 'A-v0' })).toEqual([third, first]);
    expect(list({ state: 'running' })).toEqual([]);
    const sequence = store.jobs.list({ limit: 2 }).at(-1)?.sequence;
    expect(list({ before: sequence })).toEqual([first]);
    expect(store.jobs.listOldest('queued', 2).map(({ id }) => id)).toEqual([first, second]);
  });

  it('skips a job that cannot be read, and reports it', () => {
    const path = createTemporaryDirectory();
    const store = Store.open(path);
    onTestFinished(() => {
      store.close();
    });
    const [broken, sound, last] = [insertJob(store), insertJob(store), insertJob(store)];
    const database = new SqliteDatabase(join(path, 'a3c.sqlite'));
    database.prepare('UPDATE jobs SET spec = ?, figures = ? WHERE id = ?').run('{"env', '{', broken);
    database.close();
    const problems: string[] = [];
    store.watch({ onFailure: () => undefined, onUnreadable: ({ message }) => problems.push(message) });
    expect(store.jobs.listOldest('queued', 1).map(({ id }) => id)).toEqual([sound]);
    expect(store.jobs.list({ limit: 10 }).map(({ id }) => id)).toEqual([last, sound]);
    expect(store.jobs.summarize({ state: 'queued', limit: 10 }).map(({ id }) => id)).toEqual([last, sound]);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('broken JSON');
  });

  it('changes only the columns named', () => {
    const store = openTemporaryStore();
    const id = insertJob(store);
    store.jobs.update(id, { figures: exampleFigures(100), error: { code: 'X', message: 'y' } });
    store.jobs.update(id, { state: 'failed', stateReason: 'because' });
    expect(store.jobs.find(id)).toMatchObject({
      state: 'failed',
      stateReason: 'because',
      figures: exampleFigures(100),
      error: { code: 'X', message: 'y' },
    });
    store.jobs.update(id, { error: null, figures: null });
    expect(store.jobs.find(id)).toMatchObject({ error: null, figures: null });
  });

  it('removes a job with everything that belongs to it', () => {
    const store = openTemporaryStore();
    const id = insertJob(store);
    store.jobs.insertIdempotencyKey({ key: 'k', jobId: id, requestHash: 'h', createdAt: '' });
    store.events.append(id, new Date().toISOString(), [
      { type: 'log', data: { level: 'info', message: 'm' } },
    ]);
    store.jobs.remove(id);
    expect(store.jobs.find(id)).toBeNull();
    expect(store.jobs.findIdempotencyKey('k')).toBeNull();
    expect(store.events.list(id, 0, 10)).toEqual([]);
  });

  it('writes all of a transaction or nothing of it', () => {
    const store = openTemporaryStore();
    const id = createJobId();
    expect(() =>
      store.transaction(() => {
        store.jobs.insert({ id, spec: exampleSpec, createdAt: '' });
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(store.jobs.find(id)).toBeNull();
  });

  it('counts the jobs of each state', () => {
    const store = openTemporaryStore();
    insertJob(store);
    store.jobs.update(insertJob(store), { state: 'running' });
    insertJob(store);
    expect(Object.fromEntries(store.jobs.count())).toEqual({ queued: 2, running: 1 });
  });
});
