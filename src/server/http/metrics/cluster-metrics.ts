// Metrics of a cluster.
import { Gauge, type Registry } from 'prom-client';
import type { ClusterFigures } from '../../cluster/cluster-training.ts';
import { registerCounters, type CountedFigure } from './register-counters.ts';

const counters: readonly CountedFigure<ClusterFigures>[] = [
  {
    name: 'a3c_reports_refused_total',
    help: 'Reports of trainers that had lost their jobs, or that could not be read',
    read: ({ refusedReports }) => refusedReports,
  },
];

/** Registers metrics that are read with `read` when they are asked for. */
export function registerClusterMetrics(registry: Registry, read: () => ClusterFigures): void {
  new Gauge({
    name: 'a3c_nats_connected',
    help: '1 if NATS can be reached, 0 if it cannot',
    registers: [registry],
    collect() {
      this.set(read().isConnected ? 1 : 0);
    },
  });
  registerCounters(registry, counters, read);
}
