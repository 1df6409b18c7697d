import { expect, it } from 'vitest';
import { listSeeds, readCount } from '../../../../bench/learning/list-seeds.ts';

it('lists the seeds of a row, or those that the command line asks for', () => {
  expect(listSeeds({}, 3)).toEqual([1, 2, 3]);
  expect(listSeeds({ seeds: '2' }, 3)).toEqual([1, 2]);
  expect(listSeeds({ only: '4,2,4' }, 3)).toEqual([4, 2]);
});

it.each([
  [{ only: '3,x' }, '--only takes seeds from 1, as in 3,4, not 3,x'],
  [{ only: '' }, '--only takes seeds from 1, as in 3,4, not '],
  [{ seeds: '0' }, '--seeds takes a whole number from 1, not 0'],
  [{ seeds: '2.5' }, '--seeds takes a whole number from 1, not 2.5'],
])('says what is wrong with %j', (options, message) => {
  expect(() => listSeeds(options, 3)).toThrow(new RangeError(message));
});

it('reads how many seeds are measured at a time', () => {
  expect(readCount('--parallel', '2')).toBe(2);
  expect(() => readCount('--parallel', 'two')).toThrow('--parallel takes a whole number from 1, not two');
});
