import { describe, expect, it } from 'vitest';
import { drawObservation } from '../../../../src/shared/environments/observed-picture.ts';
import type { Scene, SceneShape } from '../../../../src/shared/environments/scene.ts';
import type { BoxSpace } from '../../../../src/shared/spaces/space.ts';

function createSpace(shape: readonly number[], low = 0, high = 255): BoxSpace {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { type: 'box', shape, low: Array(size).fill(low), high: Array(size).fill(high) };
}

function findPicture(scene: Scene | null): SceneShape & { type: 'picture' } {
  const [shape] = scene?.shapes ?? [];
  if (shape?.type !== 'picture') throw new Error('there is no picture');
  return shape;
}

describe('an observation as a picture', () => {
  it('has the brightness of each cell between the bounds of the space', () => {
    const scene = drawObservation(Float32Array.of(0, 51, 255, 0, 102, 255), createSpace([2, 3]));
    expect(scene).toEqual({
      width: 3,
      height: 2,
      shapes: [{ type: 'picture', rows: 2, columns: 3, values: [0, 0.2, 1, 0, 0.4, 1] }],
    });
  });

  it('goes from the least to the greatest value where the space has no bounds', () => {
    const space = createSpace([2, 2], -Infinity, Infinity);
    expect(findPicture(drawObservation(Float32Array.of(-1, 1, 0, 3), space)).values).toEqual([
      0, 0.5, 0.25, 1,
    ]);
    expect(findPicture(drawObservation(Float32Array.of(7, 7, 7, 7), space)).values).toEqual([0, 0, 0, 0]);
  });

  it('is the newest of stacked frames, and the grey of three colours', () => {
    const stack = Float32Array.from({ length: 2 * 2 * 4 }, (_, index) => (index % 4 === 3 ? 255 : 9));
    expect(findPicture(drawObservation(stack, createSpace([2, 2, 4]))).values).toEqual([1, 1, 1, 1]);
    const red = Float32Array.from({ length: 2 * 2 * 3 }, (_, index) => (index % 3 === 0 ? 255 : 0));
    expect(findPicture(drawObservation(red, createSpace([2, 2, 3]))).values).toEqual([
      0.33, 0.33, 0.33, 0.33,
    ]);
  });

  it('has fewer cells where there are many, and keeps its proportions', () => {
    const screen = new Float32Array(210 * 160 * 3).fill(255);
    const scene = drawObservation(screen, createSpace([210, 160, 3]));
    expect(scene).toMatchObject({ width: 160, height: 210 });
    const { rows, columns, values } = findPicture(scene);
    expect([rows, columns]).toEqual([70, 54]);
    expect(new Set(values)).toEqual(new Set([1]));
  });

  it('is none without rows and columns', () => {
    expect(drawObservation(new Float32Array(4), createSpace([4]))).toBeNull();
    expect(drawObservation(new Float32Array(4), createSpace([1, 4]))).toBeNull();
  });
});
