// Frames between a server and a worker of one of its jobs, on a loopback socket. A frame has a header of three integers
// (its bytes, kind and seat) and float32 or uint32 numbers, all little-endian. A seat is one world of the
// worker's batch.
import type { Socket } from 'node:net';

/** Frames of a worker. */
export const HELLO = 1;
export const RESET = 2;
export const STEP = 3;
/** Frames of the server. */
export const OBSERVATION = 4;
export const OUTCOME = 5;
/** The world of the seat has left in the middle of an episode. */
export const CUT = 6;
/** How many of the worker's worlds are missing; the seat is that number. */
export const MISSING = 7;
/** The peers of the environment fail again and again: the job ends with this error. */
export const FAILURE = 8;

export const HEADER_BYTES = 12;
const BYTES_PER_NUMBER = 4;
/** A message of JSON is padded with spaces. */
const SPACE = 0x20;

export interface Frame {
  readonly kind: number;
  readonly seat: number;
  /** Bytes behind the header; aligned to four, and valid only until the next frame is read. */
  readonly body: Uint8Array;
}

/** Creates a frame with room for `count` numbers behind the header. */
export function createFrame(kind: number, seat: number, count: number): Buffer {
  const bytes = HEADER_BYTES + BYTES_PER_NUMBER * count;
  // Its memory is aligned to eight bytes.
  const frame = Buffer.allocUnsafe(bytes);
  frame.writeUInt32LE(bytes, 0);
  frame.writeUInt32LE(kind, 4);
  frame.writeUInt32LE(seat, 8);
  return frame;
}

/** The float32 numbers of a frame that `createFrame` made. */
export function viewNumbers(frame: Buffer): Float32Array {
  return readFloats(frame.subarray(HEADER_BYTES));
}

export function createJsonFrame(kind: number, seat: number, content: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(content));
  const frame = createFrame(kind, seat, Math.ceil(text.length / BYTES_PER_NUMBER));
  frame.fill(SPACE, HEADER_BYTES);
  text.copy(frame, HEADER_BYTES);
  return frame;
}

export function readJson({ body }: Frame): unknown {
  return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
}

/** Views aligned bytes as numbers. */
export function readFloats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / BYTES_PER_NUMBER);
}

/** Writes a frame; what is written in the same turn is sent at once. */
export function writeTogether(socket: Socket, frame: Buffer): void {
  if (socket.writableCorked === 0) {
    socket.cork();
    process.nextTick(() => {
      socket.uncork();
    });
  }
  socket.write(frame);
}

/** The bytes are not frames, or a frame is larger than allowed. */
export class BrokenFrameError extends Error {
  constructor(bytes: number) {
    super(`a frame says that it has ${bytes} bytes`);
    this.name = 'BrokenFrameError';
  }
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #onFrame: (frame: Frame) => void;
  /** Pieces of a frame that is not complete. */
  #pieces: Buffer[] = [];
  #pending = 0;
  #wanted = HEADER_BYTES;

  constructor(maxBytes: number, onFrame: (frame: Frame) => void) {
    this.#maxBytes = maxBytes;
    this.#onFrame = onFrame;
  }

  /** Throws BrokenFrameError. */
  push(chunk: Buffer): void {
    this.#pieces.push(chunk);
    this.#pending += chunk.length;
    if (this.#pending < this.#wanted) return;
    let bytes = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces);
    this.#pieces = [];
    while (bytes.length >= HEADER_BYTES) {
      const length = bytes.readUInt32LE(0);
      if (length < HEADER_BYTES || length > this.#maxBytes || length % BYTES_PER_NUMBER !== 0)
        throw new BrokenFrameError(length);
      if (bytes.length < length) break;
      const body = alignNumbers(bytes.subarray(HEADER_BYTES, length));
      this.#onFrame({ kind: bytes.readUInt32LE(4), seat: bytes.readUInt32LE(8), body });
      bytes = bytes.subarray(length);
    }
    this.#pending = bytes.length;
    this.#wanted = bytes.length >= HEADER_BYTES ? bytes.readUInt32LE(0) : HEADER_BYTES;
    if (bytes.length > 0) this.#pieces.push(bytes);
  }
}

/** Numbers can be viewed only at addresses that are multiples of their size. */
function alignNumbers(bytes: Buffer): Uint8Array {
  return bytes.byteOffset % BYTES_PER_NUMBER === 0 ? bytes : new Uint8Array(bytes);
}
