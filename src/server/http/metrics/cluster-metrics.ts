// Metrics of a cluster.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ClusterFigures } from '../../cluster/cluster-training.ts';

/** Registers metrics that are read with `read` when they are asked for. */
export function registerClusterMetrics(registry: Registry, read: () => ClusterFigures): void {
  const registers = [registry];
  new Gauge({
    name: 'a3c_nats_connected',
    help: '1 if NATS can be reached, 0 if it cannot',
    registers,
    collect() {
      this.set(read().isConnected ? 1 : 0);
    },
  });
  new Counter({
    name: 'a3c_reports_refused_total',
    help: 'Reports of trainers that had lost their jobs, or that could not be read',
    registers,
    collect() {
      this.reset();
      this.inc(read().refusedReports);
    },
  });
}
