import { expect, it } from 'vitest';
import { createClaim, noteGradient } from '../../../../src/master/remote/remote-places.ts';

it('a gradient that is sent again is applied once, in any order', () => {
  const claim = createClaim({ claim: 'claim', relay: 'relay' }, 0);
  expect([1, 2, 2, 1].map((number) => noteGradient(claim, number))).toEqual([true, true, false, false]);
  // 3 and 4 were lost on the way.
  expect([5, 4, 4, 3, 5, 6].map((number) => noteGradient(claim, number))).toEqual([
    true,
    true,
    false,
    true,
    false,
    true,
  ]);
});
