// Metrics of remote environments.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { PeerFigures } from '../../remote-environments/remote-environments.ts';

/** Registers metrics that are read with `read` when they are asked for. */
export function registerPeerMetrics(registry: Registry, read: () => PeerFigures): void {
  const registers = [registry];
  new Gauge({
    name: 'a3c_remote_peers',
    help: 'Peers that are connected as remote environments',
    registers,
    collect() {
      this.set(read().peers);
    },
  });
  new Gauge({
    name: 'a3c_remote_worlds',
    help: 'Worlds of these peers: lent to a job, or free',
    labelNames: ['state'],
    registers,
    collect() {
      const { worlds, lentWorlds } = read();
      this.set({ state: 'lent' }, lentWorlds);
      this.set({ state: 'free' }, worlds - lentWorlds);
    },
  });
  new Counter({
    name: 'a3c_remote_peer_errors_total',
    help: 'Peers that were disconnected because they broke the protocol',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset();
      for (const [kind, count] of read().errors) this.inc({ kind }, count);
    },
  });
}
