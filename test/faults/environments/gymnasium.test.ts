// Environments of Gymnasium over the bridge, with real Python processes.
import { execFileSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import type { EnvironmentBatch } from '../../../src/shared/environments/environment-batch.ts';
import type { EnvironmentDefinition } from '../../../src/shared/environments/environment.ts';
import { openBatch } from '../../../src/shared/environments/open-batch.ts';
import { wrapEnvironment } from '../../../src/shared/environments/wrappers/wrap-environment.ts';
import { noWrappers } from '../../../src/shared/environments/wrappers/no-wrappers.ts';
import type { WrappersSpec } from '../../../src/shared/environments/wrappers/wrappers-spec.ts';
import { AppError } from '../../../src/shared/errors/app-error.ts';
import { GymnasiumSource } from '../../../src/shared/gymnasium/gymnasium-source.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { CONTINUES, TERMINATED, TRUNCATED } from '../../../src/shared/returns/generalized-advantage.ts';
import { flatSize } from '../../../src/shared/spaces/space.ts';
import { createTestPython, gymnasiumPython } from '../../fixtures/gymnasium-python.ts';

interface Opened {
  readonly definition: EnvironmentDefinition;
  readonly batch: EnvironmentBatch;
  /** Steps all worlds. */
  readonly step: (...actions: number[]) => Promise<void>;
  /** Observations of all worlds, one row for each. */
  readonly observe: () => number[][];
}

async function open(
  id: string,
  { worlds = 1, seed = 1, ...wrappers }: Partial<WrappersSpec> & { worlds?: number; seed?: number } = {},
): Promise<Opened> {
  const source = new GymnasiumSource(createTestPython());
  const bare = await source.resolve(`gymnasium:${id}`);
  const definition = wrapEnvironment(bare, { ...noWrappers, ...wrappers });
  const randoms = Array.from({ length: worlds }, (_, world) => Random.fromSeed(seed + world));
  const batch = await openBatch(definition, { randoms });
  onTestFinished(async () => {
    await batch.close();
  });
  await batch.start();
  const size = flatSize(definition.observationSpace);
  return {
    definition,
    batch,
    step: async (...actions) => {
      await batch.step(Float32Array.from(actions), 0);
    },
    observe: () => {
      const rows = new Float32Array(worlds * size);
      batch.observe(rows, 0);
      return Array.from({ length: worlds }, (_, world) => [...rows.slice(world * size, (world + 1) * size)]);
    },
  };
}

/** What the product's environment and Gymnasium's must have in common after a step. */
function readStep(
  { rewards, ends, finalObservations }: EnvironmentBatch,
  observation: readonly number[] = [],
) {
  const seen = ends[0] === CONTINUES ? observation : [...finalObservations.slice(0, 4)];
  return { reward: rewards[0], end: ends[0], seen };
}

describe.skipIf(gymnasiumPython === null)('an environment of Gymnasium', () => {
  it('equals the built-in CartPole-v1 step by step', async () => {
    const seed = Random.fromSeed(11).nextUint32();
    const program =
      'import gymnasium, json; e = gymnasium.make("CartPole-v1").unwrapped; ' +
      `e.reset(seed=${seed}); print(json.dumps(list(e.state)))`;
    const state = z
      .array(z.number())
      .parse(JSON.parse(execFileSync(gymnasiumPython ?? '', ['-c', program], { encoding: 'utf8' })));
    const bridged = await open('CartPole-v1', { seed: 11 });
    const builtIn = await openBatch(cartPoleV1, { randoms: [Random.fromSeed(0)] });
    await builtIn.start([{ state, episodeLength: 0 }]);
    expect(bridged.definition).toMatchObject({
      observationSpace: { shape: [4] },
      actionSpace: cartPoleV1.actionSpace,
      maxEpisodeSteps: cartPoleV1.maxEpisodeSteps,
      rewardThreshold: cartPoleV1.rewardThreshold,
    });
    const row = new Float32Array(4);
    let steps = 0;
    for (let isOver = false; !isOver; steps += 1) {
      builtIn.observe(row, 0);
      // Holds the pole up for a while, and then lets it fall.
      const action = steps < 100 && (row[2] ?? 0) + 0.3 * (row[3] ?? 0) > 0 ? 1 : 0;
      const taken = Float32Array.of(action);
      await builtIn.step(taken, 0);
      await bridged.step(action);
      builtIn.observe(row, 0);
      const [expected, actual] = [readStep(builtIn, [...row]), readStep(bridged.batch, bridged.observe()[0])];
      expect(actual).toMatchObject({ reward: expected.reward, end: expected.end });
      expected.seen.forEach((value, index) => {
        expect(actual.seen[index]).toBeCloseTo(value, 5);
      });
      isOver = expected.end !== CONTINUES;
    }
    expect(steps).toBeGreaterThan(100);
  });

  it('draws its episodes from the seeds of the worlds', async () => {
    const [first, same, other] = [
      await open('Counting-v0', { worlds: 2 }),
      await open('Counting-v0', { worlds: 2 }),
      await open('Counting-v0', { worlds: 2, seed: 50 }),
    ];
    expect(first.observe()).toEqual(same.observe());
    expect(first.observe()).not.toEqual(other.observe());
    const [one, two] = first.observe();
    expect(one).not.toEqual(two);
    // Later episodes go on with the same numbers.
    for (const { step } of [first, same]) await step(1, 1);
    expect(first.observe()).toEqual(same.observe());
    expect(first.observe()[0]).not.toEqual(one);
  });

  it('begins the next episode after an end or at the time limit, and keeps the last observation', async () => {
    const { batch, definition, step, observe } = await open('Counting-v0', { worlds: 3 });
    expect(definition.maxEpisodeSteps).toBe(5);
    const drawn = observe().map(([number]) => number);
    await step(0, 0, 0);
    expect([...batch.ends]).toEqual([CONTINUES, CONTINUES, CONTINUES]);
    await step(0, 1, 0);
    expect([...batch.ends]).toEqual([CONTINUES, TERMINATED, CONTINUES]);
    expect([...batch.rewards]).toEqual([1, 1, 1]);
    expect(batch.finalObservations[3]).toBe(2);
    expect(observe().map(([, count]) => count)).toEqual([2, 0, 2]);
    for (let more = 0; more < 3; more += 1) await step(0, 0, 0);
    expect([...batch.ends]).toEqual([TRUNCATED, CONTINUES, TRUNCATED]);
    expect([0, 1, 4, 5].map((place) => batch.finalObservations[place])).toEqual([drawn[0], 5, drawn[2], 5]);
    expect(observe().map(([, count]) => count)).toEqual([0, 3, 0]);
    // An end at the time limit is an end.
    await step(0, 0, 0);
    await step(0, 1, 0);
    expect([...batch.ends]).toEqual([CONTINUES, TERMINATED, CONTINUES]);
  });

  it('does not step a world that is retired, and keeps apart what the others end with', async () => {
    const { batch, step, observe } = await open('Counting-v0', { worlds: 3 });
    await step(1, 0, 0);
    batch.retire?.(0);
    const [retired] = observe();
    await step(0, 0, 1);
    expect(observe()[0]).toEqual(retired);
    expect([...batch.ends].slice(1)).toEqual([CONTINUES, TERMINATED]);
    expect(batch.finalObservations[5]).toBe(2);
    expect(observe()[1]?.[1]).toBe(2);
  });

  it.each([
    { id: 'Shifted-v0', space: { type: 'discrete', n: 3 }, action: [2], received: [7] },
    { id: 'Choices-v0', space: { type: 'multiDiscrete', n: [2, 3] }, action: [1, 2], received: [2, 2] },
    { id: 'Bits-v0', space: { type: 'multiDiscrete', n: [2, 2, 2] }, action: [1, 0, 1], received: [1, 0, 1] },
    {
      id: 'Matrix-v0',
      space: { type: 'box', shape: [2, 2], low: [-2, -2, -2, -2] },
      action: [-2, 0.5, 1, 2],
      received: [-2, 0.5, 1, 2],
    },
  ])('gets actions of its own space: $id', async ({ id, space, action, received }) => {
    const { definition, step, observe } = await open(id);
    expect(definition.actionSpace).toMatchObject(space);
    await step(...action);
    expect(observe()[0]).toEqual([...received, 1]);
  });

  it('shows pictures as they are, and several frames of them along the last axis', async () => {
    const single = await open('Pixels-v0', { worlds: 2 });
    await single.step(0, 0);
    expect(single.definition.observationSpace.shape).toEqual([2, 3, 1]);
    expect(single.observe()[1]).toEqual([10, 11, 12, 13, 14, 15]);
    for (const count of [3, 4]) {
      const { definition, step, observe } = await open('Pixels-v0', { frameStack: count });
      expect(definition.observationSpace.shape).toEqual([2, 3, count]);
      expect(observe()[0]).toEqual([0, 1, 2, 3, 4, 5].flatMap((pixel) => Array<number>(count).fill(pixel)));
      for (let taken = 0; taken < 4; taken += 1) await step(0);
      const frames = [1, 2, 3, 4].slice(-count);
      expect(observe()[0]).toEqual(
        [0, 1, 2, 3, 4, 5].flatMap((pixel) => frames.map((frame) => pixel + 10 * frame)),
      );
    }
  });

  it('turns discrete observations into rows with a one for each choice, also large ones', async () => {
    const { definition, step, observe } = await open('ManyNumbers-v0', { worlds: 4 });
    expect(definition.observationSpace.shape).toEqual([40_003]);
    await step(0, 0, 0, 0);
    const rows = observe();
    expect(rows.map((row) => row.flatMap((value, index) => (value === 0 ? [] : [[index, value]])))).toEqual(
      Array(4).fill([
        [1, 1],
        [3 + 39_998, 1],
      ]),
    );
  });

  it('keeps action masks', async () => {
    const { definition, batch, step } = await open('Masked-v0', { worlds: 2 });
    expect(definition.hasActionMask).toBe(true);
    const mask = new Float32Array(8);
    batch.writeActionMasks?.(mask, 0);
    expect([...mask]).toEqual([0, 1, 1, 1, 0, 1, 1, 1]);
    await step(1, 1);
    batch.writeActionMasks?.(mask, 0);
    expect([...mask]).toEqual([1, 0, 1, 1, 1, 0, 1, 1]);
    const limited = await open('Masked-v0', { timeLimit: 2 });
    for (const first of [1, 0]) {
      await limited.step(0);
      limited.batch.writeActionMasks?.(mask, 0);
      // After an end, the mask is that of the next episode.
      expect([limited.batch.ends[0], ...mask.subarray(0, 2)]).toEqual([
        first === 1 ? CONTINUES : TRUNCATED,
        first,
        1 - first,
      ]);
    }
  });

  it('repeats actions, and takes another time limit', async () => {
    const { definition, batch, step, observe } = await open('Counting-v0', { actionRepeat: 3, timeLimit: 7 });
    expect(definition.maxEpisodeSteps).toBe(3);
    await step(0);
    expect(observe()[0]?.[1]).toBe(3);
    expect(batch.rewards[0]).toBe(0.5 + 1 + 1.5);
    await step(0);
    await step(0);
    expect([...batch.ends]).toEqual([TRUNCATED]);
    expect(batch.rewards[0]).toBe(3.5);
    expect(batch.finalObservations[1]).toBe(7);
  });

  it('may print what it likes', async () => {
    const { batch, step } = await open('Printing-v0');
    for (let taken = 0; taken < 10; taken += 1) await step(0);
    expect([...batch.ends]).toEqual([TRUNCATED]);
  });

  it('is an Atari game with the preprocessing of Gymnasium', async () => {
    const { definition, batch, step, observe } = await open('ALE/Pong-v5', { atari: true });
    expect(definition).toMatchObject({
      observationSpace: { shape: [84, 84, 4] },
      actionSpace: { type: 'discrete', n: 6 },
    });
    let score = 0;
    for (let taken = 0; taken < 200; taken += 1) {
      await step(0);
      score += batch.rewards[0] ?? 0;
    }
    // Without moving, the other side scores.
    expect(score).toBeLessThan(-1);
    const pixels = observe()[0] ?? [];
    expect(pixels).toHaveLength(84 * 84 * 4);
    expect(pixels.every((pixel) => Number.isInteger(pixel) && pixel >= 0 && pixel <= 255)).toBe(true);
    // The ball moves: the four frames differ.
    const frames = [0, 1, 2, 3].map((frame) => pixels.filter((_, index) => index % 4 === frame));
    expect(frames[0]).not.toEqual(frames[3]);
  });
});

describe.skipIf(gymnasiumPython === null)('an environment of Gymnasium that misbehaves', () => {
  it.each([
    [
      'Raising-v0',
      'ENVIRONMENT_FAILED',
      /step\(\) in step 3 .* ValueError: the floor is lava \(.*line \d+, in step\)/,
    ],
    [
      'MaskedWrongly-v0',
      'ENVIRONMENT_INVALID_OUTPUT',
      /step\(\) in step 3 .* an action_mask that allows no action/,
    ],
    ['NotFinite-v0', 'ENVIRONMENT_INVALID_OUTPUT', /step\(\) in step 3 .* an observation that is not finite/],
    ['NotFiniteReward-v0', 'ENVIRONMENT_INVALID_OUTPUT', /step\(\) in step 3 .* a reward that is not finite/],
  ])('%s: %s', async (id, code, message) => {
    const { step } = await open(id);
    const failure = (async () => {
      for (let taken = 0; taken < 5; taken += 1) await step(0);
    })();
    await expect(failure).rejects.toThrow(expect.objectContaining({ code }));
    await expect(failure).rejects.toThrow(message);
  });

  it('has its last observation checked too, from which the value of a cut episode comes', async () => {
    const { step } = await open('NotFinite-v0', { timeLimit: 3 });
    for (let taken = 0; taken < 2; taken += 1) await step(0);
    const failure = step(0);
    await expect(failure).rejects.toThrow(expect.objectContaining({ code: 'ENVIRONMENT_INVALID_OUTPUT' }));
    await expect(failure).rejects.toThrow('an observation that is not finite');
  });

  it.each([
    ['Crashing-v0', 'was killed by SIGABRT'],
    ['Exiting-v0', 'exited with code 7'],
  ])('%s: its process %s', async (id, end) => {
    const { step } = await open(id);
    const failure = (async () => {
      for (let taken = 0; taken < 30; taken += 1) await step(0);
    })();
    await expect(failure).rejects.toThrow(
      expect.objectContaining({
        code: 'ENVIRONMENT_PROCESS_ENDED',
        message: `gymnasium:${id}: its Python process ${end}; what it printed is in the log`,
      }),
    );
  });
});

async function refuse(id: string, python = createTestPython()): Promise<unknown> {
  return await new GymnasiumSource(python).resolve(`gymnasium:${id}`).catch((error: unknown) => error);
}

describe.skipIf(gymnasiumPython === null)('the source of Gymnasium', () => {
  it.each([
    ['CartPole-v9', 'UNKNOWN_ENVIRONMENT', 'did you mean gymnasium:CartPole-v1 or gymnasium:CartPole-v0?'],
    ['cartpole-v1', 'UNKNOWN_ENVIRONMENT', 'did you mean gymnasium:CartPole-v1'],
    ['Pong-v5', 'UNKNOWN_ENVIRONMENT', 'did you mean gymnasium:ALE/Pong-v5'],
    ['HalfChetah-v5', 'UNKNOWN_ENVIRONMENT', 'did you mean gymnasium:HalfCheetah-v5'],
    ['CartPole', 'UNKNOWN_ENVIRONMENT', 'did you mean gymnasium:CartPole-v1'],
    ['os:CartPole-v1', 'UNSAFE_ENVIRONMENT_ID', 'would import that module'],
    ['../CartPole v1', 'UNSAFE_ENVIRONMENT_ID', 'letters, digits'],
    ['', 'UNSAFE_ENVIRONMENT_ID', 'letters, digits'],
    ['DictSpace-v0', 'UNSUPPORTED_SPACE', "observation space Dict, which is not supported: Dict('position'"],
    ['TextSpace-v0', 'UNSUPPORTED_SPACE', 'observation space Text'],
    ['TupleAction-v0', 'UNSUPPORTED_SPACE', 'action space Tuple'],
    ['UnboundedAction-v0', 'UNSUPPORTED_SPACE', 'action space unbounded Box'],
    ['FailingToStart-v0', 'GYMNASIUM_FAILED', 'OSError: the display is missing'],
  ])('refuses %j: %s', async (id, code, message) => {
    const error = await refuse(id);
    expect(error).toMatchObject({ code });
    expect(String(error)).toContain(message);
  });

  it('refuses more questions than it can answer in a while', async () => {
    const source = new GymnasiumSource('/opt/nowhere/bin/python3');
    const answers = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) => source.resolve(`gymnasium:World-v${index}`)),
    );
    const codes = answers.map((answer) =>
      answer.status === 'rejected' && AppError.is(answer.reason) ? answer.reason.code : null,
    );
    expect(codes.filter((code) => code === 'GYMNASIUM_BUSY')).toHaveLength(8);
    expect(codes.filter((code) => code === 'PYTHON_MISSING')).toHaveLength(32);
    await expect(source.resolve('gymnasium:World-v0')).rejects.toThrow('cannot be started');
  });

  it('answers the same question once', async () => {
    const source = new GymnasiumSource(createTestPython());
    const found = await Promise.all([1, 2].map(async () => await source.resolve('gymnasium:CartPole-v1')));
    expect(found[0]).toBe(found[1]);
    expect(source.find('gymnasium:CartPole-v1')).toBe(found[0]);
  });
});
