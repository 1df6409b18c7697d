// Link of a worker to the server that lends it worlds of peers: one loopback socket for all worlds of its batch. What the
// worlds are asked in the same turn is sent at once.
import { connect, type Socket } from 'node:net';
import { AppError } from '../errors/app-error.ts';
import {
  createFrame,
  createJsonFrame,
  CUT,
  FAILURE,
  type Frame,
  FrameReader,
  HELLO,
  MISSING,
  OBSERVATION,
  OUTCOME,
  readFloats,
  readJson,
  RESET,
  STEP,
  viewNumbers,
  writeTogether,
} from './link-frames.ts';
import type { LoanPurpose, RemoteOrigin } from '../environments/remote-origin.ts';

/** The peers of a remote environment fail again and again, or the server that knows them is gone. */
export class RemoteEnvironmentError extends AppError {
  readonly code = 'REMOTE_ENVIRONMENT_FAILED';
}

/** Receives the answers to a seat's questions. */
export interface SeatListener {
  onObservation(numbers: Float32Array): void;
  /** The reward, how the step ended, and the observation. */
  onOutcome(numbers: Float32Array): void;
  /** The world left in the middle of its episode. */
  onCut(): void;
  onFailure(error: Error): void;
}

export interface EnvironmentLinkOptions {
  readonly origin: RemoteOrigin;
  readonly purpose: LoanPurpose;
  /** Time that a peer has for an answer. */
  readonly timeoutSeconds: number;
  /** Called when worlds are missing, and when none is missing any more. */
  readonly onMissing?: ((missing: number) => void) | undefined;
}

/** Frames of the server are as large as one observation. */
const maxFrameBytes = 2 ** 31;

export class EnvironmentLink {
  readonly #options: EnvironmentLinkOptions;
  readonly #seats: (SeatListener | null)[] = [];
  #socket: Socket | null = null;
  #failure: Error | null = null;

  constructor(options: EnvironmentLinkOptions) {
    this.#options = options;
  }

  /** Returns the number of a new seat. All seats must be taken before the first question. */
  takeSeat(listener: SeatListener): number {
    this.#seats.push(listener);
    return this.#seats.length - 1;
  }

  /** Closes the link with its last seat. */
  leaveSeat(seat: number): void {
    this.#seats[seat] = null;
    if (this.#seats.some((listener) => listener !== null)) return;
    this.#seats.length = 0;
    this.#socket?.destroy();
    this.#socket = null;
  }

  /** Asks a world to begin an episode. */
  askReset(seat: number, seed: number): void {
    const frame = createFrame(RESET, seat, 1);
    frame.writeUInt32LE(seed, frame.length - 4);
    this.#send(frame, seat);
  }

  /** Asks a world to take the action at `actions[offset…]`. */
  askStep(seat: number, action: Float32Array): void {
    const frame = createFrame(STEP, seat, action.length);
    viewNumbers(frame).set(action);
    this.#send(frame, seat);
  }

  #send(frame: Buffer, seat: number): void {
    if (this.#failure !== null) {
      this.#seats[seat]?.onFailure(this.#failure);
      return;
    }
    writeTogether((this.#socket ??= this.#connect()), frame);
  }

  #connect(): Socket {
    const { origin, purpose, timeoutSeconds } = this.#options;
    const socket = connect({ port: origin.port, host: '127.0.0.1', noDelay: true });
    const reader = new FrameReader(maxFrameBytes, (frame) => {
      this.#receive(frame);
    });
    socket.on('data', (chunk) => {
      reader.push(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket === socket)
        this.#fail(new RemoteEnvironmentError(`${origin.declaration.name}: the server has closed the link`));
    });
    const hello = { secret: origin.secret, environment: origin.declaration.name, purpose, timeoutSeconds };
    socket.write(createJsonFrame(HELLO, this.#seats.length, hello));
    return socket;
  }

  #receive(frame: Frame): void {
    const listener = this.#seats[frame.seat];
    switch (frame.kind) {
      case OBSERVATION:
        listener?.onObservation(readFloats(frame.body));
        break;
      case OUTCOME:
        listener?.onOutcome(readFloats(frame.body));
        break;
      case CUT:
        listener?.onCut();
        break;
      case MISSING:
        this.#options.onMissing?.(frame.seat);
        break;
      case FAILURE:
        this.#fail(new RemoteEnvironmentError(String(readJson(frame))));
        break;
      default:
        break;
    }
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#socket = null;
    for (const listener of this.#seats) listener?.onFailure(error);
  }
}
