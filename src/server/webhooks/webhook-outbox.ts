// Outbox of webhooks: notes each change of state in the transaction that makes it, so that a change and its deliveries
// are stored together or not at all.
import type { Logger } from 'pino';
import type { WebhookPayload } from '../../shared/api/webhook.ts';
import { presentJob } from '../jobs/present-job.ts';
import type { StateListener } from '../jobs/state-listener.ts';
import { createDeliveryId, type DeliveryStore } from '../store/delivery-store.ts';
import type { JobRecord } from '../store/job-record.ts';
import { StorageUnavailableError } from '../store/storage-unavailable-error.ts';
import type { WebhookLimits } from './webhook-limits.ts';
import type { WebhookRules } from './webhook-rules.ts';

export interface WebhookOutboxOptions {
  readonly deliveries: DeliveryStore;
  readonly rules: Pick<WebhookRules, 'secret' | 'urls'>;
  readonly limits: Pick<WebhookLimits, 'maxPending' | 'keptPerJob'>;
  readonly log: Logger;
}

export class WebhookOutbox implements StateListener {
  readonly #options: WebhookOutboxOptions;
  readonly #listeners = new Set<() => void>();
  #dropped = 0;

  constructor(options: WebhookOutboxOptions) {
    this.#options = options;
  }

  /** Deliveries that were not even stored, because too many waited. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Calls `listener` when something was stored, after its transaction. */
  subscribe(listener: () => void): void {
    this.#listeners.add(listener);
  }

  noteState(job: JobRecord, event: { readonly id: number; readonly time: string }): void {
    const { rules, log } = this.#options;
    const own = job.spec.webhook;
    const urls = new Set([...rules.urls, ...(own === null ? [] : [own])]);
    if (rules.secret === null || urls.size === 0) return;
    try {
      for (const url of urls) this.#store(job, event, url);
    } catch (error) {
      // Then the change of state cannot be stored either.
      if (error instanceof StorageUnavailableError) throw error;
      log.error({ err: error, jobId: job.id }, 'a webhook could not be prepared');
    }
    // The transaction is over before the event loop turns.
    setImmediate(() => {
      for (const listener of this.#listeners) listener();
    });
  }

  #store(job: JobRecord, event: { readonly id: number; readonly time: string }, url: string): void {
    const { deliveries, limits, log } = this.#options;
    if (deliveries.countPending() >= limits.maxPending) {
      if (this.#dropped === 0)
        log.error({ maxPending: limits.maxPending }, 'too many webhooks wait; some are dropped');
      this.#dropped += 1;
      return;
    }
    const id = createDeliveryId();
    const body = JSON.stringify(describeChange(id, job, event));
    const { id: jobId, state: jobState } = job;
    deliveries.append(
      { id, jobId, jobState, event: event.id, url, body, createdAt: event.time },
      limits.keptPerJob,
    );
  }
}

function describeChange(
  id: string,
  record: JobRecord,
  event: { readonly id: number; readonly time: string },
): WebhookPayload {
  const { spec, ...job } = presentJob(record, Date.parse(event.time));
  const { environment, algorithm, metadata } = spec;
  return {
    id,
    type: 'job.state',
    time: event.time,
    event: event.id,
    job: {
      id: job.id,
      name: job.name,
      environment,
      algorithm,
      metadata,
      state: job.state,
      stateReason: job.stateReason,
      endedBy: job.endedBy,
      error: job.error,
      attempt: job.attempt,
      createdAt: job.createdAt,
      startedAt: job.startedAt,
      finishedAt: job.finishedAt,
      progress: job.progress,
      reward: job.reward,
      models: job.models,
    },
  };
}
