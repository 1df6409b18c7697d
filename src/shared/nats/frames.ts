// Frames: parts of a message that is larger than one message of NATS should be. Each says to which message it belongs,
// which part of it it is, and its checksum.
// Layout: five Uint32 (number of the message, bytes of the message, index of the part, number of parts, CRC-32 of the
// part), then the part. Little-endian, as the machines that train.
import { crc32 } from 'node:zlib';
import { AppError } from '../errors/app-error.ts';

/** Larger messages hold up others in a server of NATS, which takes 1 MiB at most by default. */
export const maxFrameBytes = 512 * 1024;
const headerBytes = 20;
const partBytes = maxFrameBytes - headerBytes;
/** Largest message that is put together: far more than a network has. */
const maxMessageBytes = 2 ** 31;

/** A frame does not fit the frames before it, or its checksum is wrong. */
export class DamagedMessageError extends AppError {
  readonly code = 'DAMAGED_MESSAGE';
}

/** Splits a message into frames. `number` distinguishes it from the other messages of its sender. */
export function splitFrames(number: number, message: Uint8Array): Uint8Array[] {
  const parts = Math.max(1, Math.ceil(message.length / partBytes));
  return Array.from({ length: parts }, (_, index) => {
    const part = message.subarray(index * partBytes, (index + 1) * partBytes);
    const frame = new Uint8Array(headerBytes + part.length);
    const header = new DataView(frame.buffer);
    [number, message.length, index, parts, crc32(part)].forEach((value, position) => {
      header.setUint32(position * 4, value, true);
    });
    frame.set(part, headerBytes);
    return frame;
  });
}

export interface WholeMessage {
  readonly number: number;
  readonly bytes: ArrayBuffer;
}

/** Puts the messages of one sender together. Its frames arrive in order; a message that lacks one is dropped. */
export class FrameAssembler {
  readonly #allocate: (bytes: number) => ArrayBuffer;
  #message: WholeMessage | null = null;
  #nextPart = 0;

  /** `allocate` provides the memory of a message. */
  constructor(allocate: (bytes: number) => ArrayBuffer = (bytes) => new ArrayBuffer(bytes)) {
    this.#allocate = allocate;
  }

  /** Takes a frame; returns its message if it was the last one. Throws DamagedMessageError. */
  take(frame: Uint8Array): WholeMessage | null {
    if (frame.length < headerBytes) throw new DamagedMessageError(`a frame has ${frame.length} bytes only`);
    const header = new DataView(frame.buffer, frame.byteOffset, headerBytes);
    const [number = 0, total = 0, index = 0, parts = 0, checksum = 0] = [0, 4, 8, 12, 16].map((offset) =>
      header.getUint32(offset, true),
    );
    const part = frame.subarray(headerBytes);
    const isSound =
      total <= maxMessageBytes &&
      parts === Math.max(1, Math.ceil(total / partBytes)) &&
      part.length === Math.min(partBytes, total - index * partBytes) &&
      crc32(part) === checksum;
    if (!isSound) {
      this.#message = null;
      throw new DamagedMessageError(`part ${index} of ${parts} of message ${number} is damaged`);
    }
    if (index === 0) {
      this.#message = { number, bytes: this.#allocate(total) };
      this.#nextPart = 0;
    }
    const message = this.#message;
    const isNext =
      message?.number === number && message.bytes.byteLength === total && index === this.#nextPart;
    // The rest of a message whose beginning was lost; its sender sends it again.
    if (!isNext) return null;
    new Uint8Array(message.bytes).set(part, index * partBytes);
    this.#nextPart += 1;
    if (this.#nextPart < parts) return null;
    this.#message = null;
    return message;
  }
}
