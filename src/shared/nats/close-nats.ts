// End of a connection to NATS.
import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';

/** How long to wait for NATS, which may be away. */
const flushMs = 1_000;

/** Resolves when NATS has received everything, or does not. */
export async function flushNats(connection: NatsConnection): Promise<void> {
  const received = connection.flush().catch(() => undefined);
  await Promise.race([received, sleep(flushMs, undefined, { ref: false })]);
}

/** Sends what is left, and ends the connection, also one that is broken. */
export async function closeNats(connection: NatsConnection): Promise<void> {
  await flushNats(connection);
  await connection.close();
}
