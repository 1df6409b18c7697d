import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { DiskUsage } from '../../../../src/server/store/disk-usage.ts';
import { insertJob, openTemporaryStore } from '../../../fixtures/temporary-store.ts';

const databaseBytes = 100;
const fileBytes = 2_000;

/** Measures a data directory with files of one job. */
function measureOneJob(maxBytes: number | null) {
  const store = openTemporaryStore();
  const { directory } = store;
  const id = insertJob(store);
  mkdirSync(directory.jobDirectory(id));
  writeFileSync(join(directory.jobDirectory(id), 'weights.bin'), new Uint8Array(fileBytes));
  const log = pino({ level: 'silent' });
  return { id, usage: new DiskUsage({ directory, measureDatabase: () => databaseBytes, maxBytes, log }) };
}

describe('DiskUsage', () => {
  it('finds an excess above the limit, and none at it or without one', async () => {
    const used = databaseBytes + fileBytes;
    for (const [maxBytes, isExcess] of [
      [used - 1, true],
      [used, false],
      [null, false],
    ] as const) {
      const { usage } = measureOneJob(maxBytes);
      expect((await usage.measure()).usedBytes).toBe(used);
      expect(usage.findExcess() !== null).toBe(isExcess);
    }
  });

  it('counts the files of a deleted job no more, without another measurement', async () => {
    const { id, usage } = measureOneJob(fileBytes);
    await usage.measure();
    expect(usage.findExcess()).toMatch(/more than/);
    usage.forget(id);
    expect(usage.findExcess()).toBeNull();
    expect(usage.sizes).toEqual({ databaseBytes, jobBytes: new Map(), usedBytes: databaseBytes });
  });
});
