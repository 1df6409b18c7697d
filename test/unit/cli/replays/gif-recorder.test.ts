// Replays as GIFs: their frames, how long each is shown, and what a frame has of the picture.
import { describe, expect, it } from 'vitest';
import { GifEncoder } from '../../../../src/cli/replays/gif/gif-encoder.ts';
import { GifRecorder } from '../../../../src/cli/replays/gif/gif-recorder.ts';
import { palette } from '../../../../src/cli/replays/gif/palette.ts';
import { PixelCanvas } from '../../../../src/cli/replays/gif/pixel-canvas.ts';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import type { EnvironmentDefinition } from '../../../../src/shared/environments/environment.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { createBoxSpace } from '../../../../src/shared/spaces/space.ts';
import { decodeGif, type DecodedGif } from '../../../fixtures/decode-gif.ts';
import { createPlayedStep } from '../../../fixtures/played-step.ts';

/** Records an episode in which a circle goes to the right. */
function record(count: number, stepsPerSecond: number): DecodedGif {
  const recorder = new GifRecorder(cartPoleV1, { stepsPerSecond });
  for (let steps = 1; steps <= count; steps += 1) {
    const circle = { type: 'circle', centre: [steps / count, 0.5], radius: 0.1, color: 'accent' } as const;
    const scene = { width: 2, height: 1, shapes: [circle] };
    recorder.add(1, createPlayedStep({ steps, scene, isLast: steps === count }));
  }
  return decodeGif(recorder.finish().bytes);
}

const sumDelays = ({ frames }: DecodedGif): number => frames.reduce((sum, { delay }) => sum + delay, 0);

describe('the palette', () => {
  it('leaves a number for pixels that have not changed', () => {
    expect(palette.length).toBeLessThan(256);
  });
});

describe('a GIF', () => {
  it('is 480 pixels wide, begins again at its end, and shows the end for a second', () => {
    const gif = record(10, 10);
    expect([gif.width, gif.height, gif.loop]).toEqual([480, 262, 0]);
    expect(gif.frames.map(({ delay }) => delay)).toEqual([...Array<number>(9).fill(10), 100]);
  });

  it.each([
    { stepsPerSecond: 30, frames: 60 },
    { stepsPerSecond: 50, frames: 31 },
    { stepsPerSecond: 1000, frames: 3 },
  ])('of $stepsPerSecond steps a second has at most 30 frames a second', ({ stepsPerSecond, frames }) => {
    const gif = record(60, stepsPerSecond);
    expect(gif.frames).toHaveLength(frames);
    expect(sumDelays(gif)).toBeCloseTo((59 / stepsPerSecond) * 100 + 100, -0.5);
    // Browsers slow down what is faster.
    for (const { delay } of gif.frames) expect(delay).toBeGreaterThanOrEqual(2);
  });

  it('shows each step where the scene has it, also in parts of pictures', () => {
    const { frames } = record(10, 10);
    const [accent, white] = [
      [31, 84, 199, 255],
      [255, 255, 255, 255],
    ];
    expect(frames[4]?.getPixel(120, 120)).toEqual(accent);
    expect(frames[9]?.getPixel(240, 120)).toEqual(accent);
    // Where it was before.
    expect(frames[9]?.getPixel(120, 120)).toEqual(white);
    expect(frames[0]?.size).toBe(480 * 262);
    for (const { size } of frames.slice(1)) expect(size).toBeLessThan(480 * 240);
  });

  it('has a line with the step and the return below the scene', () => {
    const { frames, height } = record(3, 10);
    const hasInk = frames.map(({ getPixel }) =>
      Array.from({ length: 480 }, (_, x) => getPixel(x, height - 11)[0] ?? 255).some((red) => red < 128),
    );
    expect(hasInk).toEqual([true, true, true]);
  });

  it('shows frames in which nothing changes for longer, and needs no frame for them', () => {
    const canvas = new PixelCanvas(4, 4);
    const encoder = new GifEncoder(4, 4);
    encoder.add(canvas, 0);
    encoder.add(canvas, 0.5);
    canvas.fillRectangle([1, 1], [2, 2], { color: [255, 255, 255], alpha: 1 });
    encoder.add(canvas, 1);
    const { frames } = decodeGif(encoder.finish(2000));
    expect(frames.map(({ delay, size }) => [delay, size])).toEqual([
      [100, 16],
      [65_535, 1],
    ]);
  });

  it('is whole however little its pictures can be compressed', () => {
    const [width, height] = [301, 203];
    const canvas = new PixelCanvas(width, height);
    const encoder = new GifEncoder(width, height);
    const random = Random.fromSeed(1);
    const drawn = [0, 1].map((frame) => {
      const colors = Array.from(
        { length: width * height },
        () => palette[random.nextInteger(palette.length)] ?? [0, 0, 0],
      );
      canvas.pixels.set(colors.flat());
      encoder.add(canvas, frame);
      return colors;
    });
    // What has not changed takes no room, though the part that has goes from corner to corner.
    for (const corner of [0, width * height - 1]) canvas.pixels.fill(255, corner * 3, corner * 3 + 3);
    encoder.add(canvas, 2);
    const before = encoder.bytes;
    const file = encoder.finish(3);
    expect(file.length - before).toBeLessThan(4_000);
    const { frames } = decodeGif(file);
    expect(frames[2]?.size).toBe(width * height);
    for (const [index, colors] of drawn.entries()) {
      const wrong = colors.filter(
        (color, place) =>
          String(frames[index]?.getPixel(place % width, Math.floor(place / width))) !==
          [...color, 255].join(),
      );
      expect(wrong).toEqual([]);
    }
  });

  it.each([
    { limits: { frames: 5, bytes: Infinity }, steps: 5, reason: '5 frames' },
    { limits: { frames: Infinity, bytes: 1024 ** 2 / 512 }, steps: 2, reason: '0.001953125 MiB' },
  ])('says when it has the most that it may have: $reason', ({ limits, steps, reason }) => {
    const recorder = new GifRecorder(cartPoleV1, { stepsPerSecond: 1 }, limits);
    const scene = { width: 480, height: 1, shapes: [] };
    const add = (number: number): string | null =>
      recorder.add(1, createPlayedStep({ scene, steps: number }));
    for (let number = 1; number < steps; number += 1) expect(add(number)).toBe(null);
    expect(add(steps)).toBe(`it has ${reason}, the most that a GIF may have`);
    expect(decodeGif(recorder.finish().bytes).frames).toHaveLength(steps);
  });

  it('needs a scene, or an observation that is a picture', () => {
    const add = (fields: Partial<EnvironmentDefinition>): string | null =>
      new GifRecorder({ ...cartPoleV1, ...fields }, { stepsPerSecond: 50 }).add(
        1,
        createPlayedStep({ observation: new Float32Array(6) }),
      );
    expect(() => add({})).toThrow(/^CartPole-v1 cannot be drawn for a \.gif: .*\.html.* render\(\)/);
    expect(add({ observationSpace: createBoxSpace([2, 3, 1], 0, 1) })).toBe(null);
  });
});
