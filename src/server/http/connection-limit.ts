// Connection limit: refuses connections above a number, because each takes a file handle that the rest of the server
// may need.
import type { Server } from 'node:net';
import { promisify } from 'node:util';
import type { Logger } from 'pino';

/** Refusals may come many times a second, so they are logged at most this often. */
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

  /** Returns why new connections are refused; null if they are not. */
  async findProblem(): Promise<string | null> {
    const open = await promisify(this.#server.getConnections.bind(this.#server))();
    return open < this.#max ? null : `all ${this.#max} connections are in use, and new ones are refused`;
  }

  #noteRefusal(): void {
    this.#refused += 1;
    const now = performance.now();
    if (now - this.#loggedAt < logIntervalMs) return;
    this.#loggedAt = now;
    this.#log.warn({ maxConnections: this.#max, refused: this.#refused }, 'connections are refused');
  }
}
