// Close of a server: its parts end in order.
import { rm } from 'node:fs/promises';
import type { App } from './http/services.ts';
import type { EventFiles } from './jobs/event-files.ts';
import type { JobDispatcher } from './jobs/job-dispatcher.ts';
import type { RemoteEnvironments } from './remote-environments/remote-environments.ts';
import type { Store } from './store/store.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** Parts of a server that are closed, in this order. */
export interface Closable {
  readonly app: App;
  readonly dispatcher: JobDispatcher;
  readonly eventFiles: EventFiles | undefined;
  readonly remoteEnvironments: RemoteEnvironments;
  readonly webhooks: Webhooks;
  readonly store: Store;
  readonly portFile: string | undefined;
}

/** Returns the function that closes a server; further calls wait for the first. */
export function createClose({
  app,
  dispatcher,
  eventFiles,
  remoteEnvironments,
  webhooks,
  store,
  portFile,
}: Closable): () => Promise<void> {
  let closing: Promise<void> | null = null;
  const closeInOrder = async (): Promise<void> => {
    await app.close();
    await dispatcher.close();
    remoteEnvironments.close();
    await eventFiles?.close();
    await webhooks.close();
    store.close();
    if (portFile !== undefined) await rm(portFile, { force: true });
  };
  return () => (closing ??= closeInOrder());
}
