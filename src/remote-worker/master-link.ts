// Link of a remote worker to its master: sends its gradients one at a time and receives the newest parameters in return.
import type { NatsConnection } from '@nats-io/transport-node';
import { splitFrames } from '../shared/nats/frames.ts';
import { encodeValue } from '../shared/nats/structured.ts';
import { workerSubject, type MasterOrigin, type WorkerMessage } from '../shared/nats/subjects.ts';
import type { WorkerState } from '../shared/protocol/worker-state.ts';
import type { ErrorRecord } from '../shared/errors/error-record.ts';

/** A gradient that was not answered in this time is sent again; its master applies it once. */
const resendMs = 5_000;

interface SentGradient {
  readonly number: number;
  readonly buffer: ArrayBuffer;
  sentMs: number;
}

export interface MasterLinkOptions {
  readonly connection: NatsConnection;
  readonly master: MasterOrigin;
  readonly claim: string;
}

export class MasterLink {
  readonly #options: MasterLinkOptions;
  /** Gradients that wait until the one before them is answered, oldest first. */
  readonly #waiting: ArrayBuffer[] = [];
  #sent: SentGradient | null = null;
  #gradients = 0;
  #states = 0;

  constructor(options: MasterLinkOptions) {
    this.#options = options;
  }

  sendGradient(buffer: ArrayBuffer): void {
    this.#waiting.push(buffer);
    if (this.#sent === null) this.#sendNext();
  }

  /** Takes the answer to the gradient with this number; returns its buffer, or null if it was answered before. */
  takeAnswer(number: number): ArrayBuffer | null {
    const sent = this.#sent;
    if (sent?.number !== number) return null;
    this.#sent = null;
    this.#sendNext();
    return sent.buffer;
  }

  sendState(state: WorkerState): void {
    this.#states += 1;
    this.#publish('state', encodeValue(state), this.#states);
  }

  sendEnd(error: ErrorRecord | null): void {
    this.#publish('ended', encodeValue({ error }));
  }

  /** Tells the master that this worker lives, and repeats a gradient whose answer is overdue. */
  beat(): void {
    this.#publish('alive', new Uint8Array(0));
    const sent = this.#sent;
    if (sent === null || performance.now() - sent.sentMs < resendMs) return;
    sent.sentMs = performance.now();
    this.#publish('gradient', new Uint8Array(sent.buffer), sent.number);
  }

  #sendNext(): void {
    const buffer = this.#waiting.shift();
    if (buffer === undefined) return;
    this.#gradients += 1;
    this.#sent = { number: this.#gradients, buffer, sentMs: performance.now() };
    this.#publish('gradient', new Uint8Array(buffer), this.#gradients);
  }

  #publish(kind: WorkerMessage, message: Uint8Array, number = 0): void {
    const { connection, master, claim } = this.#options;
    const subject = workerSubject(master, claim, kind);
    for (const frame of splitFrames(number, message)) connection.publish(subject, frame);
  }
}
