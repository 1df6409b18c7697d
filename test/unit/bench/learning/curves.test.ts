import { describe, expect, it } from 'vitest';
import { CurveRecorder, findMedianCurve, listGridSteps } from '../../../../bench/learning/curves.ts';
import { drawCurves } from '../../../../bench/learning/draw-curves.ts';

describe('curves on a grid', () => {
  it('hold the average so far at each step, and null before the first episode', () => {
    const grid = listGridSteps(100, 4);
    expect(grid).toEqual([25, 50, 75, 100]);
    const recorder = new CurveRecorder(grid);
    recorder.add(30, 1);
    recorder.add(50, 2);
    recorder.add(99, 6);
    expect(recorder.finish()).toEqual([null, 1.5, 1.5, 3]);
  });

  it('have a median where every seed has a value', () => {
    const curves = [
      [null, 1, 5],
      [3, 2, -5],
      [3, 9, 0],
    ];
    expect(findMedianCurve(curves)).toEqual([null, 2, 0]);
  });
});

describe('the picture of a row', () => {
  it.each([475, -160, null])('draws every seed, the median and the target %s', (target) => {
    const svg = drawCurves({
      title: 'Test',
      maxSteps: 300,
      curves: [
        [null, 1, 2],
        [1, 2, 4],
      ],
      target,
    });
    expect(svg.match(/<path/g)).toHaveLength(3);
    expect(svg.includes('stroke-dasharray')).toBe(target !== null);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});
