import { describe, expect, it } from 'vitest';
import { EventPages } from '../../../../../src/server/http/events/event-pages.ts';
import { EventBus } from '../../../../../src/server/jobs/event-bus.ts';
import { JobLedger } from '../../../../../src/server/jobs/job-ledger.ts';
import { insertJob, openTemporaryStore } from '../../../../fixtures/temporary-store.ts';

function openPages() {
  const store = openTemporaryStore();
  const bus = new EventBus();
  const ledger = new JobLedger(store, bus);
  return { store, ledger, id: insertJob(store), pages: new EventPages({ store, bus }) };
}

describe('EventPages', () => {
  it('writes events as server-sent events, their time as the last field of their data', () => {
    const { ledger, id, pages, store } = openPages();
    ledger.recordLog(id, 'info', 'a "quoted"\nline');
    const [event] = store.events.list(id, 0, 1);
    const data = { level: 'info', message: 'a "quoted"\nline', time: event?.time };
    expect(String(pages.read(id, 0).bytes)).toBe(`id: 1\nevent: log\ndata: ${JSON.stringify(data)}\n\n`);
  });

  it('gives readers at the same place the same bytes, until there is something new', () => {
    const { ledger, id, pages } = openPages();
    ledger.recordLog(id, 'info', 'first');
    const page = pages.read(id, 0);
    expect(pages.read(id, 0)).toBe(page);
    expect(pages.read(id, 1)).toMatchObject({ lastId: 1, isLast: false, bytes: Buffer.alloc(0) });
    ledger.move(id, 'start');
    expect(pages.read(id, 0).lastId).toBe(2);
    expect(pages.read(id, 1).lastId).toBe(2);
  });

  it('leaves out the kinds that its reader does not want, and goes on after them', () => {
    const { ledger, id, pages } = openPages();
    ledger.recordLog(id, 'info', 'first');
    ledger.move(id, 'start');
    ledger.recordLog(id, 'info', 'second');
    const states = pages.read(id, 0, ['state']);
    expect(String(states.bytes).match(/^(id|event): .*$/gm)).toEqual(['id: 2', 'event: state']);
    expect(states.lastId).toBe(3);
    expect(pages.read(id, 0, ['warning'])).toMatchObject({
      lastId: 3,
      isLast: false,
      bytes: Buffer.alloc(0),
    });
    expect(String(pages.read(id, 0).bytes).match(/^event: .*$/gm)).toHaveLength(3);
  });

  it('is of a bounded size, but for a single event that is larger', () => {
    const { ledger, id, pages } = openPages();
    for (const length of [40_000, 20_000, 10_000, 200_000, 10])
      ledger.recordLog(id, 'info', 'x'.repeat(length));
    const lastIds: number[] = [];
    for (let page = pages.read(id, 0); page.bytes.length > 0; page = pages.read(id, page.lastId)) {
      lastIds.push(page.lastId);
    }
    expect(lastIds).toEqual([2, 3, 4, 5]);
  });

  it('says that nothing follows once the job is finished and its events are read, or when it is gone', () => {
    const { ledger, id, pages, store } = openPages();
    ledger.move(id, 'cancel');
    expect(pages.read(id, 0)).toMatchObject({ lastId: 1, isLast: false });
    expect(pages.read(id, 1)).toMatchObject({ lastId: 1, isLast: true });
    store.jobs.remove(id);
    expect(pages.read(id, 7).isLast).toBe(true);
  });
});
