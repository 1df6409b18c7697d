// Metrics of the models that act for clients.
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { ActionFigures, PolicyService } from '../../policies/policy-service.ts';
import { registerCounters, type CountedFigure } from './register-counters.ts';

const counters: readonly CountedFigure<ActionFigures>[] = [
  {
    name: 'a3c_actions_total',
    help: 'Observations that were answered with actions since the server started',
    read: ({ observations }) => observations,
  },
  {
    name: 'a3c_action_requests_total',
    help: 'Requests for actions that were answered, messages of WebSockets included',
    read: ({ requests }) => requests,
  },
];

/** Seconds: from a small network at once to a large one behind others in the thread. */
const buckets = [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5];

export function registerModelMetrics(registry: Registry, policies: PolicyService): void {
  const registers = [registry];
  registerCounters(registry, counters, () => policies.readFigures());
  new Gauge({
    name: 'a3c_open_policies',
    help: 'Policies in memory that answer at once',
    registers,
    collect() {
      this.set(policies.readFigures().policies);
    },
  });
  const seconds = new Histogram({
    name: 'a3c_action_seconds',
    help: 'Time that an answer took in the server, since metrics were first read',
    buckets,
    registers,
  });
  policies.onAnswer = (time) => {
    seconds.observe(time);
  };
}
