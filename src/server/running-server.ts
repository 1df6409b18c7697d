// A started server, as programs see it.
import type { Logger } from 'pino';

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly log: Logger;
  /** Stops accepting requests, stops the masters, puts their jobs back into the queue and closes the store. */
  close(): Promise<void>;
}
