import { expect, it } from 'vitest';
import { EpisodeHistory } from '../../../../../src/shared/environments/box2d/episode-history.ts';
import { LunarLander } from '../../../../../src/shared/environments/box2d/lunar-lander.ts';
import { Random } from '../../../../../src/shared/random/random.ts';

/** An episode of three steps, each with one action of two numbers and one draw. */
function recordEpisode(history: EpisodeHistory): number[] {
  const random = Random.fromSeed(3);
  history.begin(random);
  const numbers = [history.nextUniform(0, 10), history.nextInteger(5)];
  for (let step = 0; step < 3; step += 1) {
    history.beginStep(random);
    numbers.push(history.record(step), history.record(-step), history.nextUniform(-1, 1));
  }
  return numbers;
}

it('gives draws and actions back in their order', () => {
  const history = new EpisodeHistory();
  const numbers = recordEpisode(history);
  const replayed: number[] = [];
  const copy = new EpisodeHistory();
  copy.replay(history.save(), {
    actionSize: 2,
    begin: () => replayed.push(copy.nextUniform(0, 10), copy.nextInteger(5)),
    step: (action) => replayed.push(...action, copy.nextUniform(-1, 1)),
  });
  expect(replayed).toEqual(numbers);
  expect(copy.save()).toEqual(history.save());
});

it('goes on after a replay, and keeps both parts', () => {
  const history = new EpisodeHistory();
  recordEpisode(history);
  const saved = history.save();
  history.replay(saved, {
    actionSize: 2,
    begin: () => [history.nextUniform(0, 10), history.nextInteger(5)],
    step: () => history.nextUniform(-1, 1),
  });
  history.beginStep(Random.fromSeed(4));
  history.record(7);
  expect(history.save()).toEqual([4, ...saved.slice(1), 7]);
});

it('remembers more numbers than it had room for at first', () => {
  const history = new EpisodeHistory();
  history.begin(Random.fromSeed(1));
  const numbers = Array.from({ length: 5000 }, (_, index) => history.record(index));
  expect(history.save()).toEqual([0, ...numbers]);
});

it.each([
  ['fewer', [0, 1, 2]],
  ['more', [0, ...Array.from({ length: 40 }, () => 0.5)]],
])('refuses a saved episode with %s numbers than its environment draws', (_, state) => {
  const environment = new LunarLander({ isContinuous: false });
  expect(() => environment.setState(state)).toThrow('the saved episode is not one of this environment');
});
