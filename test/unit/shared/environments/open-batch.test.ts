// Opening of a batch: opened environments are closed, even if opening or closing fails.
import { expect, it } from 'vitest';
import { defineEnvironment } from '../../../../src/shared/environments/custom/define-environment.ts';
import { openBatch } from '../../../../src/shared/environments/open-batch.ts';
import { Random } from '../../../../src/shared/random/random.ts';

interface Worlds {
  /** Numbers of the worlds that were closed, in order. */
  readonly closed: number[];
  readonly definition: ReturnType<typeof defineEnvironment>;
}

/** Worlds count themselves from 1; those of the given numbers cannot be opened or closed. */
function defineWorlds({ unopenable = 0, unclosable = 0 }): Worlds {
  const closed: number[] = [];
  let opened = 0;
  const definition = defineEnvironment({
    id: 'Doors-v0',
    observationSpace: { type: 'box', shape: [1] },
    actionSpace: { type: 'discrete', n: 2 },
    isAsynchronous: true,
    create() {
      opened += 1;
      const number = opened;
      if (number === unopenable) throw new Error(`door ${number} is locked`);
      return {
        reset: () => 0,
        step: () => ({ observation: 0, reward: 0, terminated: false }),
        async close() {
          if (number === unclosable) throw new Error(`door ${number} is stuck`);
          closed.push(number);
        },
      };
    },
  });
  return { closed, definition };
}

const randoms = [1, 2, 3].map((seed) => Random.fromSeed(seed));

it('closes every world once', async () => {
  const { closed, definition } = defineWorlds({});
  const batch = await openBatch(definition, { randoms });
  expect(closed).toEqual([]);
  await batch.close();
  expect(closed).toEqual([1, 2, 3]);
});

it('closes the worlds opened before a failure, and reports its reason', async () => {
  const { closed, definition } = defineWorlds({ unopenable: 3, unclosable: 1 });
  await expect(openBatch(definition, { randoms })).rejects.toThrow('door 3 is locked');
  expect(closed).toEqual([2]);
});

it('closes the other worlds if one cannot be closed, and reports that', async () => {
  const { closed, definition } = defineWorlds({ unclosable: 1 });
  const batch = await openBatch(definition, { randoms });
  await expect(batch.close()).rejects.toThrow('door 1 is stuck');
  expect(closed).toEqual([2, 3]);
});
