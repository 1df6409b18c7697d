// Frames between a server and a worker, cut into pieces anywhere.
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/shared/random/random.ts';
import {
  BrokenFrameError,
  createFrame,
  createJsonFrame,
  FrameReader,
  readFloats,
  readJson,
  viewNumbers,
} from '../../../../src/shared/remote-environments/link-frames.ts';

describe('a frame reader', () => {
  it('gives back every frame, wherever the pieces end', () => {
    const random = Random.fromSeed(1);
    for (let run = 0; run < 200; run += 1) {
      const sent = Array.from({ length: 1 + random.nextInteger(5) }, (_, index) => {
        const frame = createFrame(2, index, random.nextInteger(9));
        viewNumbers(frame).forEach((_number, place, numbers) => {
          numbers[place] = random.nextInteger(1000);
        });
        return frame;
      });
      const bytes = Buffer.concat(sent);
      const received: number[][] = [];
      const reader = new FrameReader(1000, ({ kind, seat, body }) => {
        received.push([kind, seat, ...readFloats(body)]);
      });
      for (let start = 0; start < bytes.length;) {
        const end = Math.min(bytes.length, start + 1 + random.nextInteger(30));
        // Each piece has its own memory, at any address.
        reader.push(Buffer.from(bytes.subarray(start, end)));
        start = end;
      }
      expect(received).toEqual(sent.map((frame, seat) => [2, seat, ...viewNumbers(frame)]));
    }
  });

  it('reads JSON, whatever its length is', () => {
    const texts = ['', 'a', 'ab', 'ä', 'abcd'];
    const received: unknown[] = [];
    const reader = new FrameReader(1000, (frame) => received.push(readJson(frame)));
    for (const text of texts) reader.push(createJsonFrame(1, 0, { text }));
    expect(received).toEqual(texts.map((text) => ({ text })));
  });

  it.each([0, 11, 13, 1004, 0xffff_ffff])('refuses a frame of %i bytes', (bytes) => {
    const frame = Buffer.alloc(12);
    frame.writeUInt32LE(bytes, 0);
    const reader = new FrameReader(1000, () => undefined);
    expect(() => {
      reader.push(frame);
    }).toThrow(BrokenFrameError);
  });
});
