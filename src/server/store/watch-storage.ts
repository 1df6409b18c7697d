// Setup of the disk checks: storage watch, disk usage and space reserve.
import type { Logger } from 'pino';
import { DiskUsage } from './disk-usage.ts';
import { StorageWatch } from './storage-watch.ts';
import type { Store } from './store.ts';

export interface StorageLimits {
  /** Free space to keep on the disk. */
  readonly minFreeMebibytes: number;
  /** Size limit of the data directory; absent: no limit. */
  readonly maxDataMebibytes?: number | undefined;
}

const bytesPerMebibyte = 2 ** 20;

/** Creates the watch and the disk usage; both begin with their `start()`. */
export function watchStorage(
  store: Store,
  { minFreeMebibytes, maxDataMebibytes }: StorageLimits,
  log: Logger,
): { storage: StorageWatch; usage: DiskUsage } {
  const usage = new DiskUsage({
    directory: store.directory,
    measureDatabase: () => store.measureDatabase(),
    maxBytes: maxDataMebibytes === undefined ? null : maxDataMebibytes * bytesPerMebibyte,
    log,
  });
  const storage = new StorageWatch({
    directory: store.directory,
    probeDatabase: () => {
      store.probe();
    },
    minFreeBytes: minFreeMebibytes * bytesPerMebibyte,
    findExcess: () => usage.findExcess(),
    log,
  });
  const unreadable = new Set<string>();
  store.watch({
    onFailure: () => void storage.recheck(),
    onUnreadable: (error) => {
      // Each list of jobs finds the same row again, so it is logged only once.
      if (unreadable.has(error.message)) return;
      unreadable.add(error.message);
      log.error({ err: error }, 'a stored job cannot be read and is skipped');
    },
  });
  return { storage, usage };
}
