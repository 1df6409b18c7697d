// Peer: a program or page that is connected as an environment. It is asked one question after the other for each of its
// worlds, and disconnected when it breaks the protocol.
import type { PeerSocket } from './peer-socket.ts';
import type { LentWorld, Seat } from './world-lending.ts';
import { createCodec, type PeerCodec, type Question } from './peer-codec.ts';
import { PeerError, type Hello } from './peer-messages.ts';

/** World of a peer. */
export interface PeerWorld extends LentWorld {
  readonly peer: Peer;
  readonly index: number;
}

/** What one world is asked: to begin an episode with a seed, or to take an action. */
export interface WorldQuestion {
  readonly world: number;
  /** The seed of a new episode; null: the question is a step. */
  readonly seed: number | null;
  /** The action; empty for a reset. */
  readonly action: Float32Array;
  readonly timeoutSeconds: number;
  /** Takes the answer, a frame without its seat. */
  deliver(frame: Buffer): void;
}

export interface PeerOptions {
  readonly id: string;
  readonly socket: PeerSocket;
  readonly hello: Hello;
  /** Called once when it is gone, with its mistake if it made one. */
  readonly onGone: (peer: Peer, error: PeerError | null) => void;
}

interface OpenQuestion {
  readonly question: Question;
  readonly parts: readonly WorldQuestion[];
  readonly askedAtMs: number;
}

export class Peer {
  readonly id: string;
  readonly worlds: readonly PeerWorld[];
  readonly #options: PeerOptions;
  readonly #codec: PeerCodec;
  readonly #open = new Map<number, OpenQuestion>();
  #asked: WorldQuestion[] = [];
  #nextId = 1;
  #hasPonged = true;
  #isGone = false;

  constructor(options: PeerOptions) {
    const { hello, id, socket } = options;
    this.id = id;
    this.#options = options;
    this.#codec = createCodec(hello);
    this.worlds = Array.from({ length: hello.worlds }, (_, index) => ({ peer: this, index, seat: null }));
    socket.on('pong', () => {
      this.#hasPonged = true;
    });
    socket.on('close', () => {
      this.#leave(null);
    });
  }

  /** The seats that play with this peer. */
  listSeats(): Seat[] {
    return this.worlds.flatMap(({ seat }) => (seat === null ? [] : [seat]));
  }

  /** Asks a world; the question is sent with the next `flush`. */
  ask(question: WorldQuestion): void {
    this.#asked.push(question);
  }

  /** Sends what was asked: one message for all resets, and one for all steps. */
  flush(): void {
    if (this.#asked.length === 0 || this.#isGone) return;
    const asked = this.#asked;
    this.#asked = [];
    const resets = asked.filter(({ seed }) => seed !== null);
    const steps = resets.length === 0 ? asked : asked.filter(({ seed }) => seed === null);
    if (resets.length > 0) {
      const seeds = resets.map(({ seed }) => seed ?? 0);
      this.#send({ type: 'reset', ...this.#address(resets), seeds }, resets);
    }
    if (steps.length > 0) {
      const actions = steps.map(({ action }) => action);
      this.#send({ type: 'step', ...this.#address(steps), actions }, steps);
    }
  }

  /** Takes a message of the peer. */
  receive(message: Buffer, isBinary: boolean): void {
    if (this.#isGone) return;
    let parts: readonly WorldQuestion[] = [];
    try {
      const frames = this.#codec.decode(message, isBinary, (id) => {
        const open = this.#open.get(id);
        if (open === undefined) throw new PeerError('unasked', `nobody asked question ${id}`);
        this.#open.delete(id);
        parts = open.parts;
        return open.question;
      });
      frames.forEach((frame, row) => parts[row]?.deliver(frame));
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      this.refuse(error);
    }
  }

  /** Disconnects a peer that is too slow, or whose connection is dead. Call it every second. */
  check(nowMs: number): void {
    for (const { parts, askedAtMs } of this.#open.values()) {
      const seconds = Math.min(...parts.map(({ timeoutSeconds }) => timeoutSeconds));
      if (nowMs - askedAtMs < seconds * 1000) continue;
      this.refuse(new PeerError('timeout', `no answer within ${seconds} s (environmentTimeoutSeconds)`));
      return;
    }
  }

  /** Finds out whether an idle peer still lives; a busy one is watched by the time of its answer. */
  probe(): void {
    if (this.#open.size > 0) return;
    if (!this.#hasPonged) {
      this.#options.socket.terminate();
      return;
    }
    this.#hasPonged = false;
    this.#options.socket.ping();
  }

  /** Tells the peer its mistake and disconnects it. */
  refuse(error: PeerError): void {
    sayGoodbye(this.#options.socket, error);
    this.#leave(error);
  }

  #address(parts: readonly WorldQuestion[]): { id: number; worlds: number[] } {
    const id = this.#nextId;
    this.#nextId = id >= maxId ? 1 : id + 1;
    return { id, worlds: parts.map(({ world }) => world) };
  }

  #send(question: Question, parts: readonly WorldQuestion[]): void {
    this.#open.set(question.id, { question, parts, askedAtMs: performance.now() });
    this.#options.socket.send(this.#codec.encode(question));
  }

  #leave(error: PeerError | null): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#open.clear();
    this.#options.onGone(this, error);
  }
}

/** Ids fit into 32 bits. */
const maxId = 0xffff_ffff;
/** Most bytes of the reason of a close frame (RFC 6455, section 5.5.1). */
const maxReasonBytes = 123;
const closeDeadlineMs = 1_000;

/** Close codes of the kinds of mistakes; those from 4000 on are for applications. */
export const closeCodes = {
  hello: 4000,
  declaration: 4001,
  format: 4002,
  unasked: 4003,
  shape: 4004,
  number: 4005,
  timeout: 4006,
  size: 4007,
} as const;

/** Sends the mistake as a message and as the reason, and closes. */
export function sayGoodbye(socket: PeerSocket, { kind, message }: PeerError): void {
  if (socket.readyState !== socket.OPEN) {
    socket.terminate();
    return;
  }
  socket.send(JSON.stringify({ type: 'error', kind, message }));
  let reason = message.slice(0, maxReasonBytes);
  while (Buffer.byteLength(reason) > maxReasonBytes) reason = reason.slice(0, -1);
  socket.close(closeCodes[kind], reason);
  setTimeout(() => socket.terminate(), closeDeadlineMs).unref();
}
