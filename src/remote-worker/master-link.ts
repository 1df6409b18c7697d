// Link of a remote worker to its master: sends its gradients and states again until they are answered. Up to as many
// gradients are on their way as the worker has buffers: one that waited for each answer would wait for the network most
// of the time.
import type { NatsConnection } from '@nats-io/transport-node';
import type { ErrorRecord } from '../shared/errors/error-record.ts';
import type { Alive } from '../shared/nats/claim.ts';
import { splitFrames } from '../shared/nats/frames.ts';
import { packGradient, type RemotePrecision } from '../shared/nats/gradient-message.ts';
import { packSum, type GradientSum } from '../shared/nats/gradient-sum.ts';
import { encodeValue } from '../shared/nats/structured.ts';
import { workerSubject, type MasterOrigin, type WorkerMessage } from '../shared/nats/subjects.ts';
import type { GradientBufferShape } from '../shared/protocol/gradient-buffer.ts';
import type { WorkerState } from '../shared/protocol/worker-state.ts';

/** What was not answered in this time is sent again; the master takes it once. */
const resendMs = 5_000;

interface Unanswered {
  readonly kind: 'gradient' | 'gradient16' | 'sum' | 'state';
  readonly bytes: Uint8Array;
  sentMs: number;
}

interface UnansweredGradient extends Unanswered {
  /** To be returned to their workers; a sum has several, the first of which is this worker's. */
  readonly buffers: readonly ArrayBuffer[];
}

export interface MasterLinkOptions {
  readonly connection: NatsConnection;
  readonly master: MasterOrigin;
  readonly claim: string;
  /** Clock in milliseconds; replaced in tests. */
  readonly now?: () => number;
}

export class MasterLink {
  readonly #options: MasterLinkOptions;
  readonly #now: () => number;
  /** By their numbers. */
  readonly #gradients = new Map<number, UnansweredGradient>();
  readonly #states = new Map<number, Unanswered>();
  #gradientCount = 0;
  #stateCount = 0;

  constructor(options: MasterLinkOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Sends a gradient buffer of this shape. */
  sendGradient(buffer: ArrayBuffer, shape: GradientBufferShape, wanted: RemotePrecision = 'float32'): void {
    const { bytes, precision } = packGradient(buffer, shape, wanted);
    this.#send({ kind: precision === 'float16' ? 'gradient16' : 'gradient', bytes, buffers: [buffer] });
  }

  /** Sends the sum of these gradients in place of them; its first buffer is this worker's. */
  sendSum(sum: GradientSum, shape: GradientBufferShape, wanted: RemotePrecision): void {
    this.#send({ kind: 'sum', bytes: packSum(sum, shape, wanted), buffers: [sum.sum, ...sum.others] });
  }

  /** Takes the answer to the gradient with this number; returns its buffers, none if it was answered before. */
  takeAnswer(number: number): readonly ArrayBuffer[] {
    const answered = this.#gradients.get(number);
    this.#gradients.delete(number);
    return answered?.buffers ?? [];
  }

  /** Returns the buffers of all gradients that are not answered, for a worker that leaves. */
  takeUnanswered(): ArrayBuffer[] {
    const buffers = [...this.#gradients.values()].flatMap((gradient) => gradient.buffers);
    this.#gradients.clear();
    return buffers;
  }

  sendState(state: WorkerState): void {
    this.#stateCount += 1;
    const bytes = encodeValue(state);
    this.#states.set(this.#stateCount, { kind: 'state', bytes, sentMs: this.#now() });
    this.#publish('state', bytes, this.#stateCount);
  }

  /** The master has the state with this number. */
  noteStateTaken(number: number): void {
    this.#states.delete(number);
  }

  sendEnd(error: ErrorRecord | null): void {
    this.#publish('ended', encodeValue({ error }));
  }

  /** Tells the master that this worker lives, and sends again what should have been answered. */
  beat(alive: Alive): void {
    const { connection, master, claim } = this.#options;
    connection.publish(workerSubject(master, claim, 'alive'), JSON.stringify(alive));
    this.#sendAgain(this.#gradients);
    this.#sendAgain(this.#states);
  }

  #send(gradient: Omit<UnansweredGradient, 'sentMs'>): void {
    this.#gradientCount += 1;
    this.#gradients.set(this.#gradientCount, { ...gradient, sentMs: this.#now() });
    this.#publish(gradient.kind, gradient.bytes, this.#gradientCount);
  }

  #sendAgain(unanswered: ReadonlyMap<number, Unanswered>): void {
    for (const [number, message] of unanswered) {
      if (this.#now() - message.sentMs < resendMs) continue;
      message.sentMs = this.#now();
      this.#publish(message.kind, message.bytes, number);
    }
  }

  #publish(kind: Exclude<WorkerMessage, 'alive'>, message: Uint8Array, number = 0): void {
    const { connection, master, claim } = this.#options;
    const subject = workerSubject(master, claim, kind);
    for (const frame of splitFrames(number, message)) connection.publish(subject, frame);
  }
}
