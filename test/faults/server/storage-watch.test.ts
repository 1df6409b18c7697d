// Storage watch on a real disk that is filled and emptied.
import { mkdirSync, statfsSync, writeFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StorageWatch } from '../../../src/server/store/storage-watch.ts';
import { Store } from '../../../src/server/store/store.ts';
import { canMount, mountSmallDisk } from '../../fixtures/mounts.ts';

const mebibyte = 2 ** 20;

/** A watch over a disk of 64 MiB that is to keep 2 MiB free, and how to leave so much room on it. */
function watchSmallDisk({ onMeasured = () => undefined }: { onMeasured?: () => void } = {}) {
  const disk = mountSmallDisk(64);
  const store = Store.open(join(disk, 'data'));
  mkdirSync(join(disk, 'data', 'jobs'), { recursive: true });
  const watch = new StorageWatch({
    directory: store.directory,
    probeDatabase: () => {
      store.probe();
    },
    minFreeBytes: 2 * mebibyte,
    findExcess: () => {
      onMeasured();
      return null;
    },
    log: pino({ level: 'silent' }),
  });
  onTestFinished(async () => {
    await watch.close();
    store.close();
  });
  const filler = join(disk, 'filler');
  writeFileSync(filler, '');
  let filled = 0;
  const leaveRoom = (bytes: number): void => {
    const { bavail, bsize } = statfsSync(disk);
    const wanted = filled + bavail * bsize - bytes;
    if (wanted < filled) truncateSync(filler, wanted);
    else writeFileSync(filler, new Uint8Array(wanted - filled), { flag: 'a' });
    filled = wanted;
  };
  return { watch, leaveRoom };
}

describe.skipIf(!canMount)('a disk that gets full', () => {
  it('works again only with more free space than the minimum, so that jobs do not alternate between states', async () => {
    const { watch, leaveRoom } = watchSmallDisk();
    const told: (string | null)[] = [];
    watch.subscribe((problem) => told.push(problem));
    leaveRoom(2.5 * mebibyte);
    expect(await watch.check()).toBeNull();
    leaveRoom(1.5 * mebibyte);
    expect(await watch.check()).toMatch(/less than the required 2\.0 MiB/);
    for (const room of [2.5, 1.75, 2.75]) {
      leaveRoom(room * mebibyte);
      expect(await watch.check()).toMatch(/less than the required 3\.0 MiB/);
    }
    expect(told).toEqual([expect.stringContaining('of free space')]);
    leaveRoom(3.25 * mebibyte);
    expect(await watch.check()).toBeNull();
    expect(told.at(-1)).toBeNull();
    leaveRoom(2.5 * mebibyte);
    expect(await watch.check()).toBeNull();
  });

  it('is noticed after a failed write, even by a check that had measured the room before', async () => {
    const rechecks: Promise<string | null>[] = [];
    const { watch, leaveRoom } = watchSmallDisk({
      onMeasured: () => {
        if (rechecks.length > 0) return;
        // Room for the watch's own small file, but for no model.
        leaveRoom(mebibyte / 4);
        rechecks.push(watch.recheck());
      },
    });
    await watch.check();
    expect(await Promise.all(rechecks)).toEqual([expect.stringContaining('less than the required')]);
  });
});
