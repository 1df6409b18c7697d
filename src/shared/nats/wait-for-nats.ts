// Patience with NATS, which may be started later than the programs that need it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { NatsUnavailableError } from './connect-nats.ts';

export interface WaitOptions {
  /** Whether to fail if NATS is away, in place of waiting for it. */
  readonly isRequired: boolean;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  readonly log: Pick<Logger, 'warn'>;
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;

/**
 * Connects, and tries again with growing pauses while NATS is away. Throws NatsUnavailableError if it is required or
 * the waiting ends.
 */
export async function waitForNats<Connection>(
  connect: () => Promise<Connection>,
  { isRequired, signal, log }: WaitOptions,
): Promise<Connection> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await connect();
    } catch (error) {
      if (!(error instanceof NatsUnavailableError) || isRequired || signal.aborted) throw error;
      log.warn({ nextAttemptInSeconds: pauseMs / 1000 }, error.message);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
