// Metrics of webhooks for Prometheus.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { WebhookFigures } from '../../webhooks/webhooks.ts';

interface WebhookCounter {
  readonly name: string;
  readonly help: string;
  readonly read: (figures: WebhookFigures) => number;
}

const counters: readonly WebhookCounter[] = [
  {
    name: 'a3c_webhooks_delivered_total',
    help: 'Webhooks that were delivered since the server started',
    read: ({ delivered }) => delivered,
  },
  {
    name: 'a3c_webhook_failed_attempts_total',
    help: 'Attempts to deliver a webhook that failed',
    read: ({ failedAttempts }) => failedAttempts,
  },
  {
    name: 'a3c_webhooks_given_up_total',
    help: 'Webhooks that were given up after many attempts',
    read: ({ givenUp }) => givenUp,
  },
  {
    name: 'a3c_webhooks_dropped_total',
    help: 'Webhooks that were not stored because too many waited',
    read: ({ dropped }) => dropped,
  },
];

export function registerWebhookMetrics(registry: Registry, readFigures: () => WebhookFigures): void {
  const registers = [registry];
  new Gauge({
    name: 'a3c_webhooks_pending',
    help: 'Webhooks that wait for their next attempt',
    registers,
    collect() {
      this.set(readFigures().pending);
    },
  });
  for (const { name, help, read } of counters) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        // The server counts by itself; this is only its number.
        this.reset();
        this.inc(read(readFigures()));
      },
    });
  }
}
