import { describe, expect, it } from 'vitest';
import { maxEventsPerJob } from '../../../../src/server/store/event-store.ts';
import type { JobEvent } from '../../../../src/shared/api/job-event.ts';
import { insertJob, openTemporaryStore } from '../../../fixtures/temporary-store.ts';

const time = '2026-01-01T00:00:00.000Z';
const log = (message: string): JobEvent => ({ type: 'log', data: { level: 'info', message } });

describe('EventStore', () => {
  it('numbers the events of each job by itself, from 1', () => {
    const store = openTemporaryStore();
    const [one, other] = [insertJob(store), insertJob(store)];
    store.events.append(one, time, [log('a'), log('b')]);
    store.events.append(other, time, [log('c')]);
    store.events.append(one, time, [log('d')]);
    expect(store.events.list(one, 0, 10)).toEqual([
      { id: 1, time, ...log('a') },
      { id: 2, time, ...log('b') },
      { id: 3, time, ...log('d') },
    ]);
    expect(store.events.list(other, 0, 10)).toEqual([{ id: 1, time, ...log('c') }]);
  });

  it('lists what came after an event, as many as asked for', () => {
    const store = openTemporaryStore();
    const id = insertJob(store);
    store.events.append(id, time, ['a', 'b', 'c', 'd'].map(log));
    expect(store.events.list(id, 1, 2).map((event) => event.id)).toEqual([2, 3]);
    expect(store.events.list(id, 4, 2)).toEqual([]);
  });

  it('keeps the newest events and continues the ids', () => {
    const store = openTemporaryStore();
    const id = insertJob(store);
    const batch = Array.from({ length: maxEventsPerJob / 2 }, (_, index) => log(String(index)));
    store.transaction(() => {
      for (let round = 0; round < 3; round += 1) store.events.append(id, time, batch);
    });
    expect(store.events.lastId(id)).toBe(1.5 * maxEventsPerJob);
    expect(store.events.list(id, 0, 1).map((event) => event.id)).toEqual([maxEventsPerJob / 2 + 1]);
  });
});
