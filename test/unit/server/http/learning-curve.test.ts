import { describe, expect, it } from 'vitest';
import {
  drawLearningCurve,
  type LearningCurve,
} from '../../../../src/server/http/plot/draw-learning-curve.ts';
import { plotArea } from '../../../../src/server/http/plot/chart.ts';
import { createScale, formatTick } from '../../../../src/server/http/plot/scale.ts';

const empty: LearningCurve = {
  title: 'CartPole-v1',
  subtitle: 'a3c',
  points: [],
  evaluations: [],
  goal: { label: 'solved', value: 475 },
};

/** The text of every element of a name. */
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

describe('drawLearningCurve', () => {
  it('draws the average as a line, evaluations as dots and the goal as a dashed line', () => {
    const svg = drawLearningCurve({
      ...empty,
      points: [
        { steps: 0, movingAverage: null },
        { steps: 1000, movingAverage: 20 },
        { steps: 4000, movingAverage: 400 },
      ],
      evaluations: [{ steps: 3000, mean: 450, standardDeviation: 10 }],
    });
    expect(svg).toMatch(/<path d="M[\d.]+,[\d.]+L[\d.]+,[\d.]+"/);
    expect(svg).toContain('stroke-dasharray');
    expect(svg.match(/r="4"/g)).toHaveLength(4);
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['0', '1k', '4k', '100', '500', 'environment steps', 'return']),
    );
  });

  it('hides nothing of the average behind the evaluations', () => {
    const steps = Array.from({ length: 50 }, (_, index) => 100 * index);
    const svg = drawLearningCurve({
      ...empty,
      points: steps.map((step) => ({ steps: step, movingAverage: step })),
      evaluations: steps.map((step) => ({ steps: step, mean: step, standardDeviation: 0 })),
    });
    expect(svg).not.toContain('stroke="#ffffff"');
    expect(svg.indexOf('<path')).toBeGreaterThan(svg.lastIndexOf('<circle', svg.indexOf('<path')));
    expect(svg.slice(svg.indexOf('<path')).match(/<circle/g)).toHaveLength(3);
  });

  it('draws smaller dots if there are many evaluations, so that they do not overlap', () => {
    const evaluations = Array.from({ length: 300 }, (_, index) => ({
      steps: 1000 * index,
      mean: 1,
      standardDeviation: 0,
    }));
    const dots = [
      ...drawLearningCurve({ ...empty, evaluations }).matchAll(/<circle cx="([\d.]+)" .*?r="([\d.]+)"/g),
    ];
    expect(dots).toHaveLength(300 + 3);
    expect(Number(dots[0]?.[2])).toBeLessThan(3);
  });

  it.each([
    ['target', 200],
    ['solved', 475],
  ] as const)('says that the dashed line is where a job is at its goal: %s', (label, value) => {
    const points = [{ steps: 5, movingAverage: 500 }];
    const svg = drawLearningCurve({ ...empty, points, goal: { label, value } });
    expect(textsOf(svg)).toContain(label);
    const level = createScale([500, value, 0], [plotArea.bottom, plotArea.top], 5).place(value);
    expect(svg).toContain(`y1="${Number(level.toFixed(2))}" x2="${plotArea.right}"`);
  });

  it('says that nothing is measured yet', () => {
    expect(textsOf(drawLearningCurve(empty)).some((text) => text.startsWith('No data yet'))).toBe(true);
  });

  it.each([
    ['one point', { points: [{ steps: 5, movingAverage: 3 }] }],
    [
      'a flat line at 0',
      {
        points: [
          { steps: 5, movingAverage: 0 },
          { steps: 6, movingAverage: 0 },
        ],
        goal: null,
      },
    ],
    [
      'negative returns',
      {
        points: [
          { steps: 5, movingAverage: -1600 },
          { steps: 9, movingAverage: -150 },
        ],
        goal: { label: 'target', value: -160 },
      },
    ],
    ['nothing at all', { goal: null }],
  ] satisfies [string, Partial<LearningCurve>][])('has only finite coordinates for %s', (_what, curve) => {
    expect(drawLearningCurve({ ...empty, ...curve })).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('escapes what jobs are called and replaces what XML forbids', () => {
    const svg = drawLearningCurve({ ...empty, title: `</text><script>"'&\u0000\uD800` });
    expect(svg).toContain('&lt;/text&gt;&lt;script&gt;&quot;&#39;&amp;\uFFFD\uFFFD');
    expect(svg).not.toContain('<script');
  });
});

describe('createScale', () => {
  it('ends on round numbers and places values between its pixels', () => {
    const scale = createScale([3, 487], [400, 0], 5);
    expect(scale.ticks).toEqual([0, 100, 200, 300, 400, 500]);
    expect(scale.place(0)).toBe(400);
    expect(scale.place(500)).toBe(0);
    expect(scale.place(250)).toBe(200);
  });

  it('puts a single value into the middle', () => {
    const scale = createScale([7], [0, 100], 4);
    expect(scale.place(7)).toBeGreaterThan(20);
    expect(scale.place(7)).toBeLessThan(80);
  });
});

describe('formatTick', () => {
  it.each([
    [0, '0'],
    [0.30000000000000004, '0.3'],
    [1500, '1.5k'],
    [2_000_000, '2M'],
    [-160, '−160'],
    [-1600, '−1.6k'],
  ])('writes %d as %s', (value, text) => {
    expect(formatTick(value)).toBe(text);
  });
});
