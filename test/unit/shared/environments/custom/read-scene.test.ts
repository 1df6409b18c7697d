// Scenes of users' environments: what is drawn is sound, and what is not is named.
import { expect, it } from 'vitest';
import { EnvironmentAdapter } from '../../../../../src/shared/environments/custom/environment-adapter.ts';
import type { Scene } from '../../../../../src/shared/environments/scene.ts';
import { findSceneProblem } from '../../../../../src/shared/environments/custom/read-scene.ts';

const scene = (...shapes: unknown[]): object => ({ width: 2, height: 1, shapes });

it.each([
  [scene()],
  [
    scene({
      type: 'line',
      points: [
        [0, 0],
        [1, 1],
      ],
      thickness: 0.1,
      color: 'good',
    }),
  ],
  [
    scene({
      type: 'polygon',
      points: [
        [0, 0],
        [1, 1],
        [0, 1],
      ],
    }),
  ],
  [
    scene(
      { type: 'circle', centre: [0, 0], radius: 1 },
      { type: 'text', text: 'a', centre: [0, 0], height: 1 },
    ),
  ],
  [scene({ type: 'picture', rows: 1, columns: 2, values: [0, 1] })],
])('nothing is wrong with %j', (sound) => {
  expect(findSceneProblem(sound)).toBeNull();
});

it.each([
  [null, /null; a scene is \{width, height, shapes\}/],
  [{ width: 0, height: 1, shapes: [] }, /width or height/],
  [{ width: 1, height: Number.NaN, shapes: [] }, /width or height/],
  [{ width: 1, height: 1 }, /without a list of shapes/],
  [scene({ type: 'star' }), /shape 0 has the unknown type/],
  [scene({ type: 'line', points: [[0, 0]] }), /shape 0 needs two or more points/],
  [
    scene({
      type: 'line',
      points: [
        [0, 0],
        [0, Infinity],
      ],
    }),
    /two or more points/,
  ],
  [scene({ type: 'circle', centre: [0, 0], radius: -1 }), /centre \[x, y\] and a radius/],
  [scene({ type: 'text', text: 1, centre: [0, 0], height: 1 }), /needs a text/],
  [scene({ type: 'picture', rows: 2, columns: 2, values: [1] }), /a finite value for each cell/],
  [
    scene({
      type: 'line',
      points: [
        [0, 0],
        [1, 1],
      ],
      color: 'red',
    }),
    /unknown color/,
  ],
  [scene(...Array<object>(10_001).fill({})), /10001 shapes, more than 10000/],
])('%j is refused', (wrong, message) => {
  expect(findSceneProblem(wrong)).toMatch(message);
});

function adapt(render: () => Scene): EnvironmentAdapter {
  return new EnvironmentAdapter({
    definition: {
      id: 'Own-v0',
      observationSpace: { type: 'box', shape: [1], low: [0], high: [1] },
      actionSpace: { type: 'discrete', n: 2 },
      hasActionMask: false,
    },
    createCustom: () => ({
      reset: () => 0,
      step: () => ({ observation: 0, reward: 0, terminated: false }),
      render,
    }),
  });
}

it('an environment is drawn as it says', () => {
  const drawn: Scene = { width: 1, height: 2, shapes: [{ type: 'circle', centre: [0, 1], radius: 3 }] };
  expect(adapt(() => drawn).render?.()).toEqual(drawn);
});

it('an environment that returns no scene is named', () => {
  // @ts-expect-error -- a user of JavaScript may return anything
  const adapter = adapt(() => ({ width: 1, height: 1, shapes: 'none' }));
  expect(() => adapter.render?.()).toThrow(/^Own-v0: render\(\).* returned a scene without a list of shapes/);
});
