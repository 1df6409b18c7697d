// GET /status at a steady rate, by autocannon.
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';

/**
 * Autocannon sends what a connection may send in a second at once, at the second's beginning. Connections that begin
 * one after the other make a steady stream of that.
 */
const connections = 20;

export interface StatusRequests {
  /** Milliseconds until each answer, refusals included. */
  readonly latencies: readonly number[];
  /** Answers that were not 2xx, and requests without an answer. */
  readonly failures: number;
  readonly perSecond: number;
}

export async function requestStatuses(
  url: string,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<StatusRequests> {
  const latencies: number[] = [];
  const results = await Promise.all(
    Array.from({ length: connections }, async (_, index) => {
      await sleep((index * 1000) / connections);
      const startedAt = performance.now();
      const instance = autocannon({
        url: `${url}/status`,
        connections: 1,
        connectionRate: perSecond / connections,
        amount: (perSecond / connections) * seconds,
      });
      instance.on('response', (...[, , , milliseconds]) => latencies.push(milliseconds));
      const { non2xx, errors, timeouts } = await instance;
      return { failures: non2xx + errors + timeouts, endedAfterMs: performance.now() - startedAt };
    }),
  );
  const failures = results.reduce((sum, result) => sum + result.failures, 0);
  // Where all is well the last second's requests are over before that second is.
  const elapsedMs = Math.max(seconds * 1000, ...results.map(({ endedAfterMs }) => endedAfterMs));
  return { latencies, failures, perSecond: (latencies.length / elapsedMs) * 1000 };
}
