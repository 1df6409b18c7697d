// What is stored of scenes, and what a page makes of it.
import { describe, expect, it } from 'vitest';
import type { SceneShape } from '../../../../src/shared/environments/scene.ts';
import { restoreScene } from '../../../../src/shared/replays/replay.ts';
import { restoreShape, storeShape } from '../../../../src/shared/replays/stored-shape.ts';

const size = { width: 5.6, height: 1.7 };

describe('a stored shape', () => {
  it.each<[SceneShape, SceneShape]>([
    [
      {
        type: 'line',
        points: [
          [1 / 3, 0],
          [2 / 3, 1e-9],
        ],
        thickness: 0.123456,
        color: 'bad',
      },
      {
        type: 'line',
        points: [
          [0.333, 0],
          [0.667, 0],
        ],
        thickness: 0.123,
        color: 'bad',
      },
    ],
    [
      { type: 'circle', centre: [1.23456, 2], radius: 0.5 },
      { type: 'circle', centre: [1.235, 2], radius: 0.5 },
    ],
    [
      { type: 'text', text: '</script>', centre: [1, 1], height: 0.10001 },
      { type: 'text', text: '</script>', centre: [1, 1], height: 0.1 },
    ],
  ])('has numbers as exact as a screen can show them', (shape, expected) => {
    expect(restoreShape(storeShape(shape, size))).toEqual(expected);
  });

  it('is as exact in scenes of any size', () => {
    for (const scale of [1e-30, 1e-6, 1, 1e6, 1e30]) {
      const shape = { type: 'circle', centre: [scale / 3, scale / 7], radius: scale / 9 } as const;
      const stored = storeShape(shape, { width: scale, height: scale / 2 });
      const [x, y] = stored.type === 'circle' ? stored.centre : [NaN, NaN];
      expect(Math.abs(x - scale / 3)).toBeLessThan(scale / 2_000);
      expect(Math.abs(y - scale / 7)).toBeLessThan(scale / 2_000);
    }
  });

  it('has no fields that an environment has added', () => {
    const shape = { type: 'circle', centre: [1, 1], radius: 1, secret: 'x'.repeat(100) } as const;
    expect(storeShape(shape, size)).toEqual({ type: 'circle', centre: [1, 1], radius: 1 });
  });

  it('is a character for each cell of a picture', () => {
    const shape = { type: 'picture', rows: 1, columns: 5, values: [0, 1, 0.5, -3, 7] } as const;
    const stored = storeShape(shape, size);
    expect(stored).toEqual({ type: 'picture', rows: 1, columns: 5, cells: 'A_gA_' });
    const restored = restoreShape(stored);
    expect(restored).toMatchObject({ values: [0, 1, expect.closeTo(0.5, 1), 0, 1] });
  });

  it('is a smaller picture in place of a large one, of the means of its cells', () => {
    const values = Array.from({ length: 200 * 100 }, (_, index) => (index % 100 < 50 ? 0 : 1));
    const stored = storeShape({ type: 'picture', rows: 200, columns: 100, values }, size);
    expect(stored).toMatchObject({ rows: 67, columns: 34 });
    const restored = restoreShape(stored);
    const row = restored.type === 'picture' ? restored.values.slice(0, 34) : [];
    expect(row).toEqual([
      ...Array<number>(16).fill(0),
      expect.closeTo(1 / 3, 1),
      ...Array<number>(17).fill(1),
    ]);
  });
});

describe('a step', () => {
  it('shows its shapes in their order', () => {
    const shapes = [1, 2, 3].map((radius) => ({ type: 'circle', centre: [0, 0], radius }) as const);
    const step = {
      episode: 1,
      step: 1,
      return: 0,
      action: 0,
      scene: { size: [4, 2], shapes: [2, 0] },
    } as const;
    expect(restoreScene({ shapes }, step)).toEqual({
      width: 4,
      height: 2,
      shapes: [
        { type: 'circle', centre: [0, 0], radius: 3 },
        { type: 'circle', centre: [0, 0], radius: 1 },
      ],
    });
  });
});
