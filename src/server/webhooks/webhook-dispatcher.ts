// Dispatcher of webhooks: posts what is due, repeats what failed, and gives up after many attempts. At most one request
// goes to an address at a time, so a receiver that hangs delays only its own deliveries.
import type { Logger } from 'pino';
import { webhookHeaders } from '../../shared/api/webhook.ts';
import type { JobId } from '../../shared/job/job.ts';
import type { DeliveryStore, DueDelivery } from '../store/delivery-store.ts';
import type { StorageWatch } from '../store/storage-watch.ts';
import { postWebhook, type AttemptOutcome, type WebhookRequest } from './post-webhook.ts';
import { signWebhook } from './sign-webhook.ts';
import { computeDelay, type WebhookLimits } from './webhook-limits.ts';
import type { WebhookRules } from './webhook-rules.ts';

export interface WebhookDispatcherOptions {
  readonly deliveries: DeliveryStore;
  readonly storage: Pick<StorageWatch, 'problem'>;
  readonly rules: Pick<WebhookRules, 'secret' | 'findRefusal' | 'isAddressAllowed'>;
  readonly limits: WebhookLimits;
  /** Version of the server, for the receivers. */
  readonly version: string;
  /** Tells the job's readers that a delivery was given up. May throw. */
  readonly tellGivenUp: (jobId: JobId, message: string) => void;
  readonly log: Logger;
}

export interface DispatchCounts {
  delivered: number;
  failedAttempts: number;
  givenUp: number;
}

/** Timers have a limit; and a clock that was set back must not stop the deliveries for long. */
const maxWaitMs = 60_000;
const minWaitMs = 20;

export class WebhookDispatcher {
  readonly counts: DispatchCounts = { delivered: 0, failedAttempts: 0, givenUp: 0 };
  readonly #options: WebhookDispatcherOptions;
  /** Attempts under way, by address. */
  readonly #attempts = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #pausedUntil = 0;

  constructor(options: WebhookDispatcherOptions) {
    this.#options = options;
  }

  /** Posts what is due. Call it at the start and whenever a delivery was stored. */
  wake(): void {
    const { rules, limits } = this.#options;
    if (this.#stop.signal.aborted || rules.secret === null) return;
    const pauseMs = this.#pausedUntil - Date.now();
    if (pauseMs > 0) {
      this.#wakeIn(pauseMs);
      return;
    }
    try {
      this.#fill(rules.secret);
    } catch (error) {
      this.#pause(error, limits.storagePauseMs);
    }
  }

  /** Aborts the attempts under way; they are repeated at the next start. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.abort();
    await Promise.all(this.#attempts.values());
  }

  #fill(secret: string): void {
    const { deliveries, limits, storage } = this.#options;
    if (storage.problem !== null) {
      // What is delivered now could not be recorded, and would be delivered again.
      this.#wakeIn(limits.storagePauseMs);
      return;
    }
    while (this.#attempts.size < limits.maxConcurrent) {
      const due = deliveries.findDue(Date.now(), [...this.#attempts.keys()]);
      if (due === null) break;
      const attempt = this.#attempt(due, secret).finally(() => {
        this.#attempts.delete(due.url);
        this.wake();
      });
      this.#attempts.set(due.url, attempt);
    }
    const next = deliveries.findNextTime([...this.#attempts.keys()]);
    if (next !== null) this.#wakeIn(next - Date.now());
  }

  #wakeIn(delayMs: number): void {
    clearTimeout(this.#timer);
    const waitMs = Math.min(maxWaitMs, Math.max(minWaitMs, delayMs));
    this.#timer = setTimeout(() => {
      this.wake();
    }, waitMs).unref();
  }

  /** The disk is reported where it is watched. */
  #pause(error: unknown, pauseMs: number): void {
    this.#options.log.warn({ err: error }, 'webhooks wait because the store cannot be used');
    this.#pausedUntil = Date.now() + pauseMs;
    this.#wakeIn(pauseMs);
  }

  /** Never rejects. */
  async #attempt(delivery: DueDelivery, secret: string): Promise<void> {
    const outcome = await this.#post(delivery, secret);
    // The attempt was cut off, perhaps after it had arrived; it is repeated.
    if (this.#stop.signal.aborted && outcome.type === 'failed') return;
    try {
      this.#record(delivery, outcome);
    } catch (error) {
      this.#pause(error, this.#options.limits.storagePauseMs);
    }
  }

  async #post({ id, url, body }: DueDelivery, secret: string): Promise<AttemptOutcome> {
    const { rules, limits, version } = this.#options;
    // The settings may have changed since the delivery was stored.
    const refusal = rules.findRefusal(url);
    if (refusal !== null) return { type: 'failed', status: null, error: refusal, isFinal: false };
    const request: WebhookRequest = {
      url,
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': `a3c-server/${version}`,
        [webhookHeaders.delivery]: id,
        [webhookHeaders.signature]: signWebhook(secret, body, Math.floor(Date.now() / 1000)),
      },
      timeoutMs: limits.timeoutMs,
      signal: this.#stop.signal,
      isAddressAllowed: (address) => rules.isAddressAllowed(address),
    };
    return await postWebhook(request);
  }

  #record({ id, jobId, jobState, url, attempts: earlier }: DueDelivery, outcome: AttemptOutcome): void {
    const { deliveries, limits, log, tellGivenUp } = this.#options;
    const attempts = earlier + 1;
    const { status } = outcome;
    if (outcome.type === 'delivered') {
      this.counts.delivered += 1;
      deliveries.finish(id, 'delivered', { attempts, status, error: null });
      return;
    }
    this.counts.failedAttempts += 1;
    const { error, isFinal } = outcome;
    const { host } = new URL(url);
    log.warn({ jobId, delivery: id, host, attempts, reason: error }, 'a webhook could not be delivered');
    if (!isFinal && attempts < limits.maxAttempts) {
      const nextAttemptAt = Date.now() + computeDelay(attempts, limits, Math.random());
      deliveries.postpone(id, nextAttemptAt, { attempts, status, error });
      return;
    }
    this.counts.givenUp += 1;
    deliveries.finish(id, 'failed', { attempts, status, error });
    try {
      tellGivenUp(jobId, `${host} was not told that the job is ${jobState}: ${error} (${attempts} attempts)`);
    } catch (cause) {
      log.debug({ err: cause, jobId }, 'the job was deleted meanwhile');
    }
  }
}
