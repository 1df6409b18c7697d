// Watch of a connection to NATS: says in the log when it is broken and when it is made again.
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';

export class ConnectionWatch {
  #isConnected = true;

  /** Watches until the connection is closed. */
  constructor(connection: Pick<NatsConnection, 'status'>, log: Pick<Logger, 'info' | 'warn'>) {
    void this.#watch(connection, log);
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  async #watch(
    connection: Pick<NatsConnection, 'status'>,
    log: Pick<Logger, 'info' | 'warn'>,
  ): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') {
        this.#isConnected = false;
        log.warn('NATS cannot be reached; what it should get waits for it');
      } else if (type === 'reconnect') {
        this.#isConnected = true;
        log.info('NATS can be reached again');
      }
    }
    this.#isConnected = false;
  }
}
