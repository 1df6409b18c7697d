import { describe, expect, it } from 'vitest';
import { catchBall } from '../../../../src/shared/environments/catch.ts';
import type { Environment } from '../../../../src/shared/environments/environment.ts';
import { Random } from '../../../../src/shared/random/random.ts';

const left = Float32Array.of(0);
const stay = Float32Array.of(1);
const right = Float32Array.of(2);

/** The observation as text, a line per row: `o` the ball, `=` the paddle, `@` the ball on the paddle. */
function draw(environment: Environment): string[] {
  const picture = new Float32Array(200);
  environment.observe(picture, 0);
  return Array.from({ length: 10 }, (_, row) =>
    Array.from({ length: 10 }, (__, column) => {
      const cell = 2 * (10 * row + column);
      return '.o=@'[(picture[cell] ?? NaN) + 2 * (picture[cell + 1] ?? NaN)];
    }).join(''),
  );
}

/** Column of the ball and of the paddle's middle, read from the picture. */
function look(environment: Environment): { ball: number; paddle: number } {
  const rows = draw(environment);
  return {
    ball: Math.max(...rows.map((row) => Math.max(row.indexOf('o'), row.indexOf('@')))),
    paddle: (rows[9] ?? '').search(/[=@]/) + 1,
  };
}

/** Mean return and the lengths of 200 episodes. */
function play(choose: (environment: Environment, random: Random) => Float32Array) {
  const random = Random.fromSeed(11);
  const environment = catchBall.create();
  const lengths = new Set<number>();
  let total = 0;
  for (let episode = 0; episode < 200; episode += 1) {
    environment.reset(random);
    let steps = 0;
    for (; !environment.terminated; steps += 1) {
      total += environment.step(choose(environment, random), 0, random);
    }
    lengths.add(steps);
  }
  return { mean: total / 200, lengths: [...lengths] };
}

function follow(environment: Environment): Float32Array {
  const { ball, paddle } = look(environment);
  return ball < paddle ? left : ball > paddle ? right : stay;
}

describe('Catch', () => {
  it('shows the ball and the paddle, which moves by one and stops at the walls', () => {
    const random = Random.fromSeed(1);
    const environment = catchBall.create();
    environment.setState([0, 4, 1, 2, 5]);
    expect(draw(environment)).toEqual(['....o.....', ...Array<string>(8).fill('..........'), '.===......']);
    const bottoms = [left, left, stay, right, right].map((action) => {
      environment.step(action, 0, random);
      return draw(environment)[9];
    });
    expect(bottoms).toEqual(['===.......', '===.......', '===.......', '.===......', '..===.....']);
    environment.setState([0, 4, 0, 8, 5]);
    environment.step(right, 0, random);
    expect(draw(environment)[9]).toBe('.......===');
  });

  it.each([
    { drift: 0, columns: [7, 7, 7, 7, 7, 7, 7, 7] },
    { drift: 1, columns: [8, 9, 8, 7, 6, 5, 4, 3] },
    { drift: -1, columns: [6, 5, 4, 3, 2, 1, 0, 1] },
  ])('lets a ball fall with a drift of $drift and turn back at the walls', ({ drift, columns }) => {
    const environment = catchBall.create();
    environment.setState([0, 7, drift, 4, 5]);
    const seen = columns.map((_, step) => {
      environment.step(stay, 0, Random.fromSeed(1));
      return draw(environment)[step + 1]?.indexOf('o');
    });
    expect(seen).toEqual(columns);
  });

  it.each([
    { ball: 3, reward: -1 },
    { ball: 4, reward: 1 },
    { ball: 5, reward: 1 },
    { ball: 6, reward: 1 },
    { ball: 7, reward: -1 },
  ])('pays $reward for a ball in column $ball over a paddle at 4 to 6', ({ ball, reward }) => {
    const environment = catchBall.create();
    environment.setState([8, ball, 0, 5, 2]);
    expect(environment.step(stay, 0, Random.fromSeed(1))).toBe(reward);
    expect(environment.terminated).toBe(false);
    expect(draw(environment)[0]).toContain('o');
    environment.setState([8, ball, 0, 5, 1]);
    expect(environment.step(stay, 0, Random.fromSeed(1))).toBe(reward);
    expect(environment.terminated).toBe(true);
  });

  it('starts balls and paddles everywhere, with every drift', () => {
    const random = Random.fromSeed(1);
    const environment = catchBall.create();
    const starts = Array.from({ length: 1000 }, () => {
      environment.reset(random);
      return environment.getState();
    });
    const listColumn = (index: number) => [...new Set(starts.map((state) => state[index] ?? NaN))].sort();
    expect(listColumn(0)).toEqual([0]);
    expect(listColumn(1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(listColumn(2)).toEqual([-1, 0, 1]);
    expect(listColumn(3)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is solved by following the ball, and not by chance', () => {
    expect(play(follow)).toEqual({ mean: 5, lengths: [45] });
    const byChance = play((_, random) => Float32Array.of(random.nextInteger(3)));
    expect(byChance.mean).toBeLessThan(-1);
  });
});
