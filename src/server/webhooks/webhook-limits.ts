// Limits of webhooks: attempts, times and queue.

export interface WebhookLimits {
  /** A delivery is given up after so many attempts: after about four hours. */
  readonly maxAttempts: number;
  /** Before the second attempt; doubled for each further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** Attempts at the same time; to one address there is only one. */
  readonly maxConcurrent: number;
  /** Deliveries that wait, of all jobs. With more, changes are not reported. */
  readonly maxPending: number;
  /** Deliveries that are over and stay visible, of one job. */
  readonly keptPerJob: number;
  /** Pause after the database could not be read or written. */
  readonly storagePauseMs: number;
}

export const webhookLimits: WebhookLimits = {
  maxAttempts: 15,
  firstDelayMs: 5_000,
  maxDelayMs: 3_600_000,
  timeoutMs: 10_000,
  maxConcurrent: 8,
  maxPending: 10_000,
  keptPerJob: 100,
  storagePauseMs: 5_000,
};

/**
 * Delay before the next attempt: exponential, and between half and all of it at random, so that deliveries that failed
 * together are not repeated together. `draw` is in [0, 1).
 */
export function computeDelay(
  attempts: number,
  { firstDelayMs, maxDelayMs }: Pick<WebhookLimits, 'firstDelayMs' | 'maxDelayMs'>,
  draw: number,
): number {
  const delay = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempts - 1));
  return Math.round(delay * (0.5 + 0.5 * draw));
}
