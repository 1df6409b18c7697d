// Everything that keeps an eye on the data directory, put together.
import type { Logger } from 'pino';
import { DiskUsage } from './disk-usage.ts';
import { StorageWatch } from './storage-watch.ts';
import type { Store } from './store.ts';

export interface StorageLimits {
  /** Room to leave on the disk. */
  readonly minFreeMebibytes: number;
  /** Most that the data directory may hold; absent: no limit. */
  readonly maxDataMebibytes?: number | undefined;
}

const bytesPerMebibyte = 2 ** 20;

/** Both begin with their `start()`. */
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
      // Whoever lists jobs comes across it again and again.
      if (unreadable.has(error.message)) return;
      unreadable.add(error.message);
      log.error({ err: error }, 'a stored job cannot be read and is passed over');
    },
  });
  return { storage, usage };
}
