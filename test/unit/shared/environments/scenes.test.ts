// Scenes of the built-in environments: what every display can draw, at any time of an episode.
import { describe, expect, it } from 'vitest';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import { cartPoleV1 } from '../../../../src/shared/environments/cart-pole.ts';
import type { Scene, SceneShape } from '../../../../src/shared/environments/scene.ts';
import { acrobot } from '../../../../src/shared/environments/acrobot.ts';
import { mountainCar } from '../../../../src/shared/environments/mountain-car.ts';
import { pendulum } from '../../../../src/shared/environments/pendulum.ts';
import { noWrappers } from '../../../../src/shared/environments/wrappers/no-wrappers.ts';
import { wrapEnvironment } from '../../../../src/shared/environments/wrappers/wrap-environment.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { flatSize } from '../../../../src/shared/spaces/space.ts';

await Promise.all(builtInEnvironments.map(async (definition) => await definition.load?.()));

function listNumbers(shape: SceneShape): readonly number[] {
  switch (shape.type) {
    case 'line':
    case 'polygon':
      return shape.points.flat();
    case 'circle':
      return [...shape.centre, shape.radius];
    case 'text':
      return [...shape.centre, shape.height];
    case 'picture':
      return shape.values;
  }
}

/** Tip of the last line of the accent's colour. */
function findTip({ shapes }: Scene): readonly [number, number] | undefined {
  return shapes
    .flatMap((shape) => (shape.type === 'line' && shape.color === 'accent' ? [shape.points.at(-1)] : []))
    .at(-1);
}

describe.each(builtInEnvironments)('$id', (definition) => {
  it('looks different as its episode goes on, with finite numbers, and is not changed by being drawn', () => {
    const random = Random.fromSeed(1);
    const [environment, undrawn] = [definition.create(), definition.create()];
    const actions = new Float32Array(flatSize(definition.actionSpace)).fill(1);
    const looks = new Set<string>();
    for (let episode = 0; episode < 3; episode += 1) {
      undrawn.reset(Random.fromSeed(episode));
      environment.reset(Random.fromSeed(episode));
      for (let step = 0; step < 20; step += 1) {
        const scene = environment.render();
        expect(scene.width).toBeGreaterThan(0);
        expect(scene.height).toBeGreaterThan(0);
        expect(scene.shapes.flatMap(listNumbers).every(Number.isFinite)).toBe(true);
        looks.add(JSON.stringify(scene));
        const seed = random.nextInteger(1_000);
        const rewards = [environment, undrawn].map((world) => world.step(actions, 0, Random.fromSeed(seed)));
        expect(rewards[0]).toBe(rewards[1]);
        expect(environment.getState()).toEqual(undrawn.getState());
      }
    }
    expect(looks.size).toBeGreaterThan(1);
  });
});

describe('a picture shows', () => {
  it('a pole that leans to the right on the right of its cart, and upright above it', () => {
    const environment = cartPoleV1.create();
    environment.setState([0, 0, 0.2, 0]);
    const leaning = findTip(environment.render());
    environment.setState([0, 0, 0, 0]);
    const upright = findTip(environment.render());
    expect(leaning?.[0]).toBeGreaterThan(upright?.[0] ?? 0);
    expect(leaning?.[1]).toBeGreaterThan(upright?.[1] ?? 0);
  });

  it('a pendulum that grows to the left, as Gymnasium does', () => {
    const environment = pendulum.create();
    environment.setState([0.5, 0]);
    expect(findTip(environment.render())?.[0]).toBeLessThan(1.3);
  });

  it('an acrobot that hangs straight down', () => {
    const environment = acrobot.create();
    environment.setState([0, 0, 0, 0]);
    expect(findTip(environment.render())).toEqual([2.2, 4.2]);
  });

  it('a car that is higher, and further to the right, on the hill than in the valley', () => {
    const environment = mountainCar.create();
    const findCar = (position: number) => {
      environment.setState([position, 0]);
      const [car] = environment
        .render()
        .shapes.flatMap((shape) => (shape.type === 'circle' ? [shape.centre] : []));
      return car ?? [Number.NaN, Number.NaN];
    };
    const [valley, hill] = [findCar(-Math.PI / 6), findCar(0.5)];
    expect(hill[0]).toBeGreaterThan(valley[0]);
    expect(hill[1]).toBeLessThan(valley[1]);
  });

  it('the environment inside of wrappers', () => {
    const wrapped = wrapEnvironment(cartPoleV1, {
      ...noWrappers,
      actionRepeat: 2,
      frameStack: 3,
      timeLimit: 10,
    }).create();
    void wrapped.reset(Random.fromSeed(1));
    expect(wrapped.render?.().shapes.length).toBeGreaterThan(3);
  });
});
