// WebSocket that asks a policy for actions: one request in each message, answered by a message with the same `id`.
import type { WebSocket } from 'ws';
import type { Logger } from 'pino';
import type { Problem } from '../../../shared/api/problem.ts';
import type { JobId } from '../../../shared/job/job.ts';
import { MessageRefusal, type PolicyService } from '../../policies/policy-service.ts';
import type { CallRate } from '../access/call-rate.ts';
import { actionsBodyLimitBytes, type HttpLimits } from '../limits.ts';

/** The parts of a WebSocket that are used. */
type Connection = Pick<
  WebSocket,
  | 'on'
  | 'once'
  | 'send'
  | 'pause'
  | 'resume'
  | 'ping'
  | 'close'
  | 'terminate'
  | 'isPaused'
  | 'bufferedAmount'
  | 'readyState'
  | 'OPEN'
>;

export interface ActionSocketOptions {
  readonly jobId: JobId;
  /** Whose messages are counted together. */
  readonly caller: string;
  readonly policies: Pick<PolicyService, 'answerMessage'>;
  readonly rate: CallRate;
  readonly limits: Pick<HttpLimits, 'heartbeatMs' | 'stallLimitMs'>;
  readonly describeError: (error: unknown) => Problem;
  readonly log: Pick<Logger, 'error'>;
}

/** Answers that wait in memory for a reader; above this, no more messages are read. */
const mostBufferedBytes = 1024 * 1024;
/** Code of RFC 6455 for a message that is too large. */
const tooLarge = 1009;
/** Messages that are answered at the same time. */
const mostOpenMessages = 16;

export class ActionSocket {
  readonly #socket: Connection;
  readonly #options: ActionSocketOptions;
  #open = 0;
  #isAlive = true;
  #stall: NodeJS.Timeout | null = null;

  constructor(socket: Connection, options: ActionSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('message', (data) => {
      // Remote environments, on the same WebSocket server, may send larger messages.
      if (data instanceof Buffer && data.length > actionsBodyLimitBytes) socket.close(tooLarge);
      // The default type of ws: one buffer for each message.
      else if (data instanceof Buffer) void this.#receive(data);
    });
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    const heartbeat = setInterval(() => {
      this.#beat();
    }, options.limits.heartbeatMs);
    socket.once('close', () => {
      clearInterval(heartbeat);
      this.#forgetStall();
    });
  }

  async #receive(body: Buffer): Promise<void> {
    this.#open += 1;
    this.#adjustReading();
    try {
      this.#send(await this.#answer(body));
    } finally {
      this.#open -= 1;
      this.#adjustReading();
    }
  }

  async #answer(body: Buffer): Promise<string> {
    const { jobId, caller, policies, rate } = this.#options;
    try {
      rate.count(caller);
      const { id, text } = await policies.answerMessage({ jobId, body });
      return id === undefined ? `{${text}}` : `{"id":${JSON.stringify(id)},${text}}`;
    } catch (error) {
      const [id, cause] = error instanceof MessageRefusal ? [error.id, error.cause] : [undefined, error];
      const problem = this.#options.describeError(cause);
      if (problem.status >= 500) this.#options.log.error({ err: cause }, 'a message of a WebSocket failed');
      return JSON.stringify({ id, error: problem });
    }
  }

  #send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(text, () => {
      if (this.#stall !== null) this.#adjustReading();
    });
  }

  /** Stops reading while too much waits, and closes the connection of a reader who takes nothing for too long. */
  #adjustReading(): void {
    const socket = this.#socket;
    const isSlow = socket.bufferedAmount > mostBufferedBytes;
    if (isSlow) this.#stall ??= setTimeout(() => socket.terminate(), this.#options.limits.stallLimitMs);
    else this.#forgetStall();
    const mustWait = isSlow || this.#open >= mostOpenMessages;
    if (mustWait === socket.isPaused || socket.readyState !== socket.OPEN) return;
    if (mustWait) socket.pause();
    else socket.resume();
  }

  #forgetStall(): void {
    if (this.#stall !== null) clearTimeout(this.#stall);
    this.#stall = null;
  }

  #beat(): void {
    // A paused connection reads no pongs either; the stall's timer watches it.
    if (this.#socket.isPaused) return;
    if (!this.#isAlive) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }
}
