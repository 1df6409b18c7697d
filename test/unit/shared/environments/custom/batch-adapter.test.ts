// Custom batches stepped as the rest of the program steps them, with every mistake in their rows.
import { describe, expect, it } from 'vitest';
import type {
  BatchRows,
  CustomBatch,
} from '../../../../../src/shared/environments/custom/custom-environment.ts';
import { defineEnvironment } from '../../../../../src/shared/environments/custom/define-environment.ts';
import { openBatch } from '../../../../../src/shared/environments/open-batch.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { CONTINUES, TERMINATED, TRUNCATED } from '../../../../../src/shared/returns/generalized-advantage.ts';

const size = 3;

/** World w shows [w, its step]; ends by itself after 2 steps in world 0, is cut off after 3 in world 1. */
class Clocks implements CustomBatch {
  readonly #steps = new Int32Array(size);
  closed = 0;

  reset({ observations, actionMasks }: BatchRows): void {
    this.#steps.fill(0);
    actionMasks.fill(1);
    for (let world = 0; world < size; world += 1) observations.set([world, 0], 2 * world);
  }

  step(actions: Float32Array, rows: BatchRows): void {
    rows.actionMasks.fill(1);
    for (let world = 0; world < size; world += 1) {
      const step = (this.#steps[world] ?? 0) + 1;
      rows.rewards[world] = actions[world] ?? Number.NaN;
      rows.terminated[world] = world === 0 && step === 2 ? 1 : 0;
      rows.truncated[world] = world === 1 && step === 3 ? 1 : 0;
      const hasEnded = rows.terminated[world] === 1 || rows.truncated[world] === 1;
      if (hasEnded) rows.finalObservations.set([world, step], 2 * world);
      this.#steps[world] = hasEnded ? 0 : step;
      rows.observations.set([world, this.#steps[world] ?? 0], 2 * world);
    }
  }

  getState(world: number): number[] {
    return [this.#steps[world] ?? 0];
  }

  setState(world: number, [step = 0]: readonly number[]): void {
    this.#steps[world] = step;
  }

  close(): void {
    this.closed += 1;
  }
}

async function open(
  createBatch: (size: number) => CustomBatch | Promise<CustomBatch>,
  isAsynchronous = false,
) {
  const definition = defineEnvironment({
    id: 'Clocks-v0',
    observationSpace: { type: 'box', shape: [2] },
    actionSpace: { type: 'discrete', n: 4 },
    hasActionMask: true,
    isAsynchronous,
    createBatch,
  });
  const randoms = Array.from({ length: size }, (_, world) => Random.fromSeed(world));
  return await openBatch(definition, { randoms });
}

const actions = Float32Array.of(0, 1, 2, 3, 1, 2);

/** A batch whose step does something more to its rows. */
async function openSpoilt(spoil: (rows: BatchRows) => void) {
  const batch = await open(() => {
    const clocks = new Clocks();
    return {
      reset: (rows) => {
        clocks.reset(rows);
      },
      step: (taken, rows) => {
        clocks.step(taken, rows);
        spoil(rows);
      },
    };
  });
  await batch.start();
  return batch;
}

describe('a custom batch', () => {
  it('steps all worlds, and reports how each episode ended with its last observation', async () => {
    const batch = await open(() => new Clocks());
    await batch.start();
    await batch.step(actions, 3);
    expect([...batch.rewards]).toEqual([3, 1, 2]);
    expect([...batch.ends]).toEqual([CONTINUES, CONTINUES, CONTINUES]);
    await batch.step(actions, 0);
    expect([...batch.ends]).toEqual([TERMINATED, CONTINUES, CONTINUES]);
    expect([...batch.finalObservations.subarray(0, 2)]).toEqual([0, 2]);
    await batch.step(actions, 0);
    expect([...batch.ends]).toEqual([CONTINUES, TRUNCATED, CONTINUES]);
    const row = new Float32Array(8).fill(-1);
    batch.observe(row, 2);
    expect([...row]).toEqual([-1, -1, 0, 1, 1, 0, 2, 3]);
  });

  it('continues its worlds from their states', async () => {
    const first = await open(() => new Clocks());
    await first.start();
    await first.step(actions, 0);
    const states = first.getStates().map((state) => ({ state, episodeLength: 1 }));
    const second = await open(() => new Clocks());
    await second.start(states);
    const row = new Float32Array(6);
    second.observe(row, 0);
    expect([...row]).toEqual([0, 1, 1, 1, 2, 1]);
    await second.step(actions, 0);
    expect([...second.ends]).toEqual([TERMINATED, CONTINUES, CONTINUES]);
  });

  it('may be opened, stepped and closed by promises, if its definition says so', async () => {
    const clocks = new Clocks();
    const create = async (): Promise<CustomBatch> => ({
      reset: async (rows) => {
        clocks.reset(rows);
      },
      step: async (taken, rows) => {
        clocks.step(taken, rows);
      },
      close: async () => {
        clocks.close();
      },
    });
    const batch = await open(create, true);
    await batch.start();
    await batch.step(actions, 0);
    expect([...batch.rewards]).toEqual([0, 1, 2]);
    await batch.close();
    expect(clocks.closed).toBe(1);
    const undeclared = await open(create);
    expect(() => undeclared.start()).toThrow(/isAsynchronous: true/);
  });
});

describe('the fault of a batch is named, with its row', () => {
  it.each<[string, (rows: BatchRows) => void, RegExp]>([
    [
      'a row it forgot',
      ({ observations }) => observations.fill(Number.NaN, 2, 4),
      /left row 1 of observations without a finite number at element 0/,
    ],
    ['a reward it forgot', ({ rewards }) => rewards.fill(Number.NaN, 2, 3), /left row 2 of rewards without/],
    [
      'an infinite number',
      ({ observations }) => observations.fill(Infinity, 5, 6),
      /left row 2 of observations without a finite number at element 1/,
    ],
    [
      'a final observation it forgot',
      ({ terminated }) => terminated.fill(1, 2, 3),
      /left row 2 of finalObservations without/,
    ],
    ['a mask without an action', ({ actionMasks }) => actionMasks.fill(0, 4, 8), /allows no action in row 1/],
    ['a mask of other numbers', ({ actionMasks }) => actionMasks.fill(0.5, 0, 1), /no 0 or 1 into row 0/],
    [
      'a write outside its rows',
      ({ observations }) => {
        new Float32Array(observations.buffer).fill(7);
      },
      /wrote outside its rows/,
    ],
    [
      'a write beyond the end',
      ({ rewards }) => {
        rewards.set([1], size);
      },
      /threw RangeError/,
    ],
  ])('%s', async (_, spoil, message) => {
    const batch = await openSpoilt(spoil);
    expect(() => batch.step(actions, 0)).toThrow(message);
    expect(() => batch.step(actions, 0)).toThrow(/^Clocks-v0: step\(\)/);
  });

  it('a creation that throws, or returns something else', async () => {
    await expect(
      open(() => {
        throw new Error('no such game');
      }),
    ).rejects.toThrow(/Clocks-v0: createBatch\(\).*no such game/);
    const nothing: unknown = JSON.parse('{}');
    await expect(open(() => Object.assign(new Clocks(), { step: nothing }))).rejects.toThrow(
      /createBatch\(\).* a batch needs the methods reset and step/,
    );
  });
});

it('an environment is one or many worlds, not both', () => {
  const spaces = {
    id: 'Both-v0',
    observationSpace: { type: 'box', shape: [2] },
    actionSpace: { type: 'discrete', n: 2 },
  } as const;
  expect(() => defineEnvironment(spaces)).toThrow(/create\(\) that returns one world, or createBatch/);
});
