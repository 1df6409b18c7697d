// Way into the cluster: connects to NATS, which may not be there yet.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { closeNats } from '../../shared/nats/close-nats.ts';
import { connectNats, NatsUnavailableError } from '../../shared/nats/connect-nats.ts';
import { JetStreamUnavailableError, openCluster, type Cluster } from './cluster.ts';

export interface JoinOptions {
  readonly servers: string;
  /** Name of the connection in the reports of NATS. */
  readonly name: string;
  /** Whether to fail if NATS is away, in place of waiting for it. */
  readonly isRequired: boolean;
  /** Ends the waiting. */
  readonly signal: AbortSignal | null;
  readonly log: Pick<Logger, 'warn'>;
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;

/**
 * Connects, and tries again with growing pauses while NATS is away. Throws NatsUnavailableError or
 * JetStreamUnavailableError if it is required or the waiting ends.
 */
export async function joinCluster({ servers, name, isRequired, signal, log }: JoinOptions): Promise<Cluster> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await tryToJoin(servers, name);
    } catch (error) {
      const isAway = error instanceof NatsUnavailableError || error instanceof JetStreamUnavailableError;
      if (!isAway || isRequired || signal?.aborted) throw error;
      log.warn({ nextAttemptInSeconds: pauseMs / 1000 }, error.message);
      await sleep(pauseMs, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }
}

async function tryToJoin(servers: string, name: string): Promise<Cluster> {
  const connection = await connectNats({ servers, name });
  try {
    return await openCluster(connection);
  } catch (error) {
    await closeNats(connection);
    throw error;
  }
}
