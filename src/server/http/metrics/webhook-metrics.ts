// Metrics of webhooks for Prometheus.
import { Gauge, type Registry } from 'prom-client';
import type { WebhookFigures } from '../../webhooks/webhooks.ts';
import { registerCounters, type CountedFigure } from './register-counters.ts';

const counters: readonly CountedFigure<WebhookFigures>[] = [
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
  new Gauge({
    name: 'a3c_webhooks_pending',
    help: 'Webhooks that wait for their next attempt',
    registers: [registry],
    collect() {
      this.set(readFigures().pending);
    },
  });
  registerCounters(registry, counters, readFigures);
}
