// The parts of webhooks, put together: rules, outbox and dispatcher.
import type { Logger } from 'pino';
import type { ServerSettings } from '../config.ts';
import type { JobLedger } from '../jobs/job-ledger.ts';
import type { StorageWatch } from '../store/storage-watch.ts';
import type { Store } from '../store/store.ts';
import { WebhookDispatcher } from './webhook-dispatcher.ts';
import { webhookLimits, type WebhookLimits } from './webhook-limits.ts';
import { WebhookOutbox } from './webhook-outbox.ts';
import { WebhookRules } from './webhook-rules.ts';

export interface WebhookContext {
  readonly store: Store;
  readonly storage: Pick<StorageWatch, 'problem'>;
  readonly limits: Partial<WebhookLimits>;
  readonly version: string;
  readonly log: Logger;
}

/** Numbers about webhooks, for operators. */
export interface WebhookFigures {
  readonly delivered: number;
  readonly failedAttempts: number;
  readonly givenUp: number;
  readonly dropped: number;
  readonly pending: number;
}

export class Webhooks {
  readonly rules: WebhookRules;
  readonly outbox: WebhookOutbox;
  readonly #context: WebhookContext;
  #dispatcher: WebhookDispatcher | null = null;

  constructor(settings: ServerSettings, context: WebhookContext) {
    this.#context = context;
    this.rules = new WebhookRules(settings);
    const { store, limits, log } = context;
    const { deliveries } = store;
    this.outbox = new WebhookOutbox({
      deliveries,
      rules: this.rules,
      limits: { ...webhookLimits, ...limits },
      log,
    });
  }

  /** Begins to deliver, also what an earlier server has left. */
  start(ledger: Pick<JobLedger, 'recordLog'>): void {
    const { store, limits, ...context } = this.#context;
    const dispatcher = new WebhookDispatcher({
      ...context,
      deliveries: store.deliveries,
      rules: this.rules,
      limits: { ...webhookLimits, ...limits },
      tellGivenUp: (jobId, message) => {
        ledger.recordLog(jobId, 'warn', message);
      },
    });
    this.#dispatcher = dispatcher;
    this.outbox.subscribe(() => {
      dispatcher.wake();
    });
    dispatcher.wake();
  }

  readFigures(): WebhookFigures {
    const counts = this.#dispatcher?.counts ?? { delivered: 0, failedAttempts: 0, givenUp: 0 };
    const pending = this.#context.store.deliveries.countPending();
    return { ...counts, dropped: this.outbox.dropped, pending };
  }

  async close(): Promise<void> {
    await this.#dispatcher?.close();
  }
}
