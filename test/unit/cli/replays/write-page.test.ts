// The page of a replay: texts stay texts, numbers are short, and there is an end.
import { describe, expect, it } from 'vitest';
import { pageLimits, PageRecorder } from '../../../../src/cli/replays/html/page-recorder.ts';
import { readPageTemplate, writePage } from '../../../../src/cli/replays/html/write-page.ts';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import { createBoxSpace } from '../../../../src/shared/spaces/space.ts';
import { createPlayedStep } from '../../../fixtures/played-step.ts';

const empty = { environment: 'X-v0', stepsPerSecond: 50, cut: null, shapes: [], steps: [] };

/** The replay in a page, as a browser would find it. */
function readReplay(page: string): unknown {
  const [, data = ''] = /<script type="application\/json" id="replay">([^<]*)<\/script>/.exec(page) ?? [];
  return JSON.parse(data);
}

describe('the page', () => {
  it('has nothing that ends the element of its data, and the data come out as they went in', () => {
    const replay = {
      ...empty,
      environment: '</script><script>alert(1)</script><!--<script> $& $` \u2028 "\\u003c',
    };
    const page = writePage(readPageTemplate(), replay);
    expect(readReplay(page)).toEqual(replay);
    const strip = (text: string): string => text.replace(/(id="replay">)[^<]*/, '$1');
    expect(strip(page)).toBe(strip(writePage(readPageTemplate(), empty)));
  });

  it('loads nothing, and allows no script and style but its own', () => {
    const template = readPageTemplate();
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(template) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; img-src data:; base-uri 'none'; form-action 'none'$/,
    );
    expect(template).not.toMatch(/https?:|@import|url\(|<link rel="(?!icon" href="data:)/);
    expect(template.match(/<script/g)).toHaveLength(1);
  });
});

const options = { stepsPerSecond: 50 };
const inspection = { probabilities: [1 / 3, 2 / 3], value: 12.3456789 };

describe('a step in the page', () => {
  it('has what the policy made of it, in short numbers', () => {
    const recorder = new PageRecorder(cartPoleV1, options);
    const scene = {
      width: 2,
      height: 1,
      shapes: [{ type: 'circle', centre: [1 / 3, 0], radius: 1 }],
    } as const;
    recorder.add(1, createPlayedStep({ scene, inspection, action: 1, return: 1 / 3 }));
    recorder.add(1, createPlayedStep({ scene, steps: 2, action: [1 / 3, -2 / 3] }));
    const { bytes, frames } = recorder.finish('it was cut');
    expect(frames).toBe(2);
    expect(readReplay(Buffer.from(bytes).toString())).toEqual({
      environment: 'CartPole-v1',
      stepsPerSecond: 50,
      cut: 'it was cut',
      shapes: [{ type: 'circle', centre: [0.3333, 0], radius: 1 }],
      steps: [
        {
          ...{ episode: 1, step: 1, return: 0.33333, action: 1, value: 12.346 },
          probabilities: [0.333, 0.667],
          scene: { size: [2, 1], shapes: [0] },
        },
        {
          ...{ episode: 1, step: 2, return: 1, action: [0.33333, -0.66667] },
          scene: { size: [2, 1], shapes: [0] },
        },
      ],
    });
  });

  it('without a scene is the observation: its numbers, or a picture', () => {
    const observe = (shape: readonly number[], high = 1): unknown => {
      const definition = { ...cartPoleV1, observationSpace: createBoxSpace(shape, 0, high) };
      const recorder = new PageRecorder(definition, options);
      recorder.add(1, createPlayedStep({ observation: Float32Array.of(0, 0.5, 0.5, 0) }));
      return readReplay(Buffer.from(recorder.finish(null).bytes).toString());
    };
    expect(observe([4])).toMatchObject({
      steps: [{ text: ['observation: 0.000 0.500 0.500 0.000'] }],
      shapes: [],
    });
    expect(observe([2, 2])).toMatchObject({
      steps: [{ scene: { size: [2, 2], shapes: [0] } }],
      shapes: [{ type: 'picture', cells: 'AggA' }],
    });
    // Without bounds, the brightest number of a step is the brightest cell.
    expect(observe([2, 2], Infinity)).toMatchObject({ shapes: [{ cells: 'A__A' }] });
  });

  it('is the last one where there are too many', () => {
    const recorder = new PageRecorder(cartPoleV1, options);
    let [steps, limit]: [number, string | null] = [0, null];
    while (limit === null) limit = recorder.add(1, createPlayedStep({ steps: (steps += 1) }));
    expect(steps).toBe(pageLimits.steps);
    const large = new PageRecorder(cartPoleV1, options);
    const text = 'x'.repeat(1024 ** 2);
    const add = (number: number): string | null => {
      const shape = { type: 'text', text: `${text}${number}`, centre: [0, 0], height: 1 } as const;
      return large.add(1, createPlayedStep({ scene: { width: 1, height: 1, shapes: [shape] } }));
    };
    const limits = Array.from({ length: 32 }, (_, number) => add(number));
    expect(limits.lastIndexOf(null)).toBe(30);
    expect(limits.at(-1)).toBe('it has 32 MiB, the most that a page may have');
  });
});
