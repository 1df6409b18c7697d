import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DamagedMessageError,
  FrameAssembler,
  maxFrameBytes,
  splitFrames,
} from '../../../../src/shared/nats/frames.ts';

function createMessage(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7) % 256);
}

describe('frames', () => {
  it.each([0, 1, maxFrameBytes - 20, maxFrameBytes - 19, 3 * maxFrameBytes])('carry %i bytes', (length) => {
    const message = createMessage(length);
    const assembler = new FrameAssembler();
    const frames = splitFrames(5, message);
    expect(frames.every((frame) => frame.length <= maxFrameBytes)).toBe(true);
    const taken = frames.map((frame) => assembler.take(frame));
    const whole = taken.pop();
    expect(taken.every((part) => part === null)).toBe(true);
    expect(whole?.number).toBe(5);
    expect(Buffer.from(whole?.bytes ?? new ArrayBuffer(1)).equals(message)).toBe(true);
  });

  it('drop a message that lacks a part, and take the next one', () => {
    const assembler = new FrameAssembler();
    const [first, , third] = splitFrames(1, createMessage(3 * maxFrameBytes - 60));
    expect(first && assembler.take(first)).toBeNull();
    expect(third && assembler.take(third)).toBeNull();
    expect(third && assembler.take(third)).toBeNull();
    const [next] = splitFrames(2, createMessage(10));
    expect(next && assembler.take(next)?.number).toBe(2);
  });

  it('are refused when they are damaged, whatever they are', () => {
    const [frame = new Uint8Array()] = splitFrames(1, createMessage(100));
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const damaged = Uint8Array.from(frame);
        damaged[position] = (damaged[position] ?? 0) ^ change;
        const assembler = new FrameAssembler();
        // Only the number of the message is not covered: another number is another message.
        if (position < 4) expect(assembler.take(damaged)?.number).not.toBe(1);
        else expect(() => assembler.take(damaged)).toThrow(DamagedMessageError);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(() => new FrameAssembler().take(bytes)).toThrow(DamagedMessageError);
      }),
    );
  });
});
