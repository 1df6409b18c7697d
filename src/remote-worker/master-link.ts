// Link of a remote worker to its master: sends its gradients, each of which is answered with the newest parameters. As
// many are on their way as the worker has buffers: a worker that waited for each answer would wait for the network most
// of the time.
import type { NatsConnection } from '@nats-io/transport-node';
import { splitFrames } from '../shared/nats/frames.ts';
import { encodeValue } from '../shared/nats/structured.ts';
import { workerSubject, type MasterOrigin, type WorkerMessage } from '../shared/nats/subjects.ts';
import type { WorkerState } from '../shared/protocol/worker-state.ts';
import type { ErrorRecord } from '../shared/errors/error-record.ts';

/** A gradient that was not answered in this time is sent again; its master applies it once. */
const resendMs = 5_000;

interface SentGradient {
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
  /** Gradients without an answer, by their numbers. */
  readonly #sent = new Map<number, SentGradient>();
  #gradients = 0;
  #states = 0;

  constructor(options: MasterLinkOptions) {
    this.#options = options;
  }

  sendGradient(buffer: ArrayBuffer): void {
    this.#gradients += 1;
    this.#sent.set(this.#gradients, { buffer, sentMs: performance.now() });
    this.#publish('gradient', new Uint8Array(buffer), this.#gradients);
  }

  /** Takes the answer to the gradient with this number; returns its buffer, or null if it was answered before. */
  takeAnswer(number: number): ArrayBuffer | null {
    const sent = this.#sent.get(number);
    this.#sent.delete(number);
    return sent?.buffer ?? null;
  }

  sendState(state: WorkerState): void {
    this.#states += 1;
    this.#publish('state', encodeValue(state), this.#states);
  }

  sendEnd(error: ErrorRecord | null): void {
    this.#publish('ended', encodeValue({ error }));
  }

  /** Tells the master that this worker lives, and repeats the gradients whose answers are overdue. */
  beat(): void {
    this.#publish('alive', new Uint8Array(0));
    const now = performance.now();
    for (const [number, sent] of this.#sent) {
      if (now - sent.sentMs < resendMs) continue;
      sent.sentMs = now;
      this.#publish('gradient', new Uint8Array(sent.buffer), number);
    }
  }

  #publish(kind: WorkerMessage, message: Uint8Array, number = 0): void {
    const { connection, master, claim } = this.#options;
    const subject = workerSubject(master, claim, kind);
    for (const frame of splitFrames(number, message)) connection.publish(subject, frame);
  }
}
