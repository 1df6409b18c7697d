// Refuses connections beyond a number: each takes a file handle, and the rest of the server needs some too.
import type { Server } from 'node:net';
import { promisify } from 'node:util';
import type { Logger } from 'pino';

/** Connections are refused many times a second or not at all. */
const logIntervalMs = 60_000;

export class ConnectionLimit {
  readonly #server: Server;
  readonly #max: number;
  readonly #log: Logger;
  #refused = 0;
  #loggedAt = -Infinity;

  constructor(server: Server, max: number, log: Logger) {
    this.#server = server;
    this.#max = max;
    this.#log = log;
    server.maxConnections = max;
    server.on('drop', () => {
      this.#noteRefusal();
    });
  }

  /** Why new connections are refused; null while they are not. */
  async findProblem(): Promise<string | null> {
    const open = await promisify(this.#server.getConnections.bind(this.#server))();
    return open < this.#max ? null : `all ${this.#max} connections are taken, and new ones are refused`;
  }

  #noteRefusal(): void {
    this.#refused += 1;
    const now = performance.now();
    if (now - this.#loggedAt < logIntervalMs) return;
    this.#loggedAt = now;
    this.#log.warn({ maxConnections: this.#max, refused: this.#refused }, 'connections are refused');
  }
}
