// Lending server: workers of this machine borrow worlds here. It listens on the loopback address, and only who knows its
// secret gets a session: the secret goes to masters with their jobs.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import {
  FrameReader,
  HELLO,
  type Frame,
  readJson,
  writeTogether,
} from '../../shared/remote-environments/link-frames.ts';
import type { LendingAddress } from '../../shared/environments/remote-origin.ts';

const helloSchema = z.strictObject({
  secret: z.string(),
  environment: z.string(),
  purpose: z.enum(['training', 'evaluation']),
  timeoutSeconds: z.number().positive(),
});

/** What a worker wants: worlds of an environment for its seats. */
export interface LoanRequest extends Omit<z.infer<typeof helloSchema>, 'secret'> {
  readonly seats: number;
}

/** An open session. */
export interface OpenSession {
  /** Returns false if the frame makes no sense. */
  receive(frame: Frame): boolean;
  /** Called after the frames of one piece of data. */
  flush(): void;
  close(): void;
}

export interface LendingServerOptions {
  /** Opens a session that answers with `write`; null: there is no such environment. */
  readonly open: (request: LoanRequest, write: (frame: Buffer) => void) => OpenSession | null;
}

const secretBytes = 32;
const helloDeadlineMs = 5_000;
const maxStrangers = 64;
const maxSeats = 65_536;
/** A frame of a worker has one action. */
const maxFrameBytes = 1_048_576;

export class LendingServer {
  readonly #options: LendingServerOptions;
  readonly #secret = randomBytes(secretBytes).toString('hex');
  readonly #sockets = new Set<Socket>();
  /** Connections without a hello. */
  readonly #strangers = new Set<Socket>();
  #server: Server | null = null;
  #listening: Promise<void> | null = null;
  #port = 0;

  constructor(options: LendingServerOptions) {
    this.#options = options;
  }

  /** Begins to listen, on a free port, unless it does already. */
  async listen(): Promise<void> {
    this.#listening ??= this.#listen();
    await this.#listening;
  }

  /** Must not be read before it listens. */
  get address(): LendingAddress {
    return { port: this.#port, secret: this.#secret };
  }

  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #listen(): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => {
      this.#accept(socket);
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  #accept(socket: Socket): void {
    if (this.#strangers.size >= maxStrangers) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    this.#strangers.add(socket);
    const deadline = setTimeout(() => socket.destroy(), helloDeadlineMs);
    let session: OpenSession | null = null;
    const reader = new FrameReader(maxFrameBytes, (frame) => {
      if (session !== null) {
        if (!session.receive(frame)) socket.destroy();
        return;
      }
      session = this.#open(frame, socket);
      this.#strangers.delete(socket);
      clearTimeout(deadline);
      if (session === null) socket.destroy();
    });
    socket.on('data', (chunk) => {
      if (socket.destroyed) return;
      try {
        reader.push(chunk);
        session?.flush();
      } catch {
        // What it sends are no frames.
        socket.destroy();
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(deadline);
      this.#sockets.delete(socket);
      this.#strangers.delete(socket);
      session?.close();
    });
  }

  #open(frame: Frame, socket: Socket): OpenSession | null {
    if (frame.kind !== HELLO || frame.seat < 1 || frame.seat > maxSeats) return null;
    const hello = helloSchema.safeParse(readJson(frame));
    if (!hello.success || !this.#isSecret(hello.data.secret)) return null;
    const { secret: _secret, ...request } = hello.data;
    return this.#options.open({ ...request, seats: frame.seat }, (answer) => {
      if (!socket.destroyed) writeTogether(socket, answer);
    });
  }

  #isSecret(given: string): boolean {
    const [a, b] = [Buffer.from(given), Buffer.from(this.#secret)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
