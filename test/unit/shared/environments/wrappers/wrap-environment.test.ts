// Wrappers around an environment that counts, so that every number names its step.
import { describe, expect, it } from 'vitest';
import { cartPoleV1 } from '../../../../../src/shared/environments/cart-pole.ts';
import { catchBall } from '../../../../../src/shared/environments/catch.ts';
import { defineEnvironment } from '../../../../../src/shared/environments/custom/define-environment.ts';
import type {
  Environment,
  EnvironmentDefinition,
} from '../../../../../src/shared/environments/environment.ts';
import { maskedIdentity } from '../../../../../src/shared/environments/identity.ts';
import { wrapEnvironment } from '../../../../../src/shared/environments/wrappers/wrap-environment.ts';
import { noWrappers } from '../../../../../src/shared/environments/wrappers/no-wrappers.ts';
import type { WrappersSpec } from '../../../../../src/shared/environments/wrappers/wrappers-spec.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { flatSize } from '../../../../../src/shared/spaces/space.ts';

const action = new Float32Array(1);

/** Shows 10·step and 10·step + 1, earns the step's number, ends after the 7th or, at action 1, is cut off. */
function defineCounter(answer: 'at once' | 'later') {
  return defineEnvironment({
    id: 'Counter-v0',
    observationSpace: { type: 'box', shape: [2], low: [0, 1], high: [100, 101] },
    actionSpace: { type: 'discrete', n: 2 },
    maxEpisodeSteps: 5,
    isAsynchronous: answer === 'later',
    create() {
      let steps = 0;
      const observe = () => [10 * steps, 10 * steps + 1];
      const step = (chosen: number) => {
        steps += 1;
        const truncated = chosen === 1;
        return { observation: observe(), reward: steps, terminated: steps === 7, truncated };
      };
      const reset = () => {
        steps = 0;
        return observe();
      };
      const state = {
        getState: () => [steps],
        setState: ([stored = 0]: readonly number[]) => {
          steps = stored;
        },
      };
      return answer === 'at once'
        ? { reset, step, ...state }
        : { reset: async () => reset(), step: async (chosen: number) => step(chosen), ...state };
    },
  });
}

function observe(definition: EnvironmentDefinition, environment: Environment): number[] {
  const row = new Float32Array(flatSize(definition.observationSpace));
  environment.observe(row, 0);
  return [...row];
}

async function play(definition: EnvironmentDefinition, steps: number, chosen = 0) {
  const environment = definition.create();
  const random = Random.fromSeed(1);
  await environment.reset(random);
  const seen = [{ reward: 0, observation: observe(definition, environment) }];
  const actions = Float32Array.of(chosen);
  for (let step = 0; step < steps; step += 1) {
    const reward = await environment.step(actions, 0, random);
    seen.push({ reward, observation: observe(definition, environment) });
  }
  return { environment, seen };
}

function wrap(answer: 'at once' | 'later', wrappers: Partial<WrappersSpec>) {
  return wrapEnvironment(defineCounter(answer), { ...noWrappers, ...wrappers });
}

it('leaves an environment without wrappers as it is', () => {
  expect(wrapEnvironment(cartPoleV1, noWrappers)).toBe(cartPoleV1);
});

describe.each(['at once', 'later'] as const)('around an environment that answers %s', (answer) => {
  it('repeats an action, sums its rewards and shows what came last', async () => {
    const { seen } = await play(wrap(answer, { actionRepeat: 2 }), 2);
    expect(seen.map(({ reward }) => reward)).toEqual([0, 1 + 2, 3 + 4]);
    expect(seen.map(({ observation }) => observation)).toEqual([
      [0, 1],
      [20, 21],
      [40, 41],
    ]);
  });

  it('repeats no further than the time limit, which counts held actions', async () => {
    const definition = wrap(answer, { actionRepeat: 3 });
    expect(definition.maxEpisodeSteps).toBe(2);
    const { seen, environment } = await play(definition, 2);
    expect(seen.map(({ reward }) => reward)).toEqual([0, 1 + 2 + 3, 4 + 5]);
    expect(environment.terminated).toBe(false);
  });

  it('counts the steps of each episode for itself, also after a time limit', async () => {
    const definition = wrap(answer, { actionRepeat: 3 });
    const { environment } = await play(definition, 2);
    const random = Random.fromSeed(1);
    await environment.reset(random);
    expect(await environment.step(action, 0, random)).toBe(1 + 2 + 3);
  });

  it('repeats no further than an end or a cut', async () => {
    const ended = await play(wrap(answer, { actionRepeat: 10, timeLimit: 100 }), 1);
    expect(ended.seen[1]?.reward).toBe(1 + 2 + 3 + 4 + 5 + 6 + 7);
    expect(ended.environment.terminated).toBe(true);
    const cut = await play(wrap(answer, { actionRepeat: 10 }), 1, 1);
    expect(cut.seen[1]?.reward).toBe(1);
    expect(cut.environment.truncated).toBe(true);
  });

  it('stacks frames, oldest first, beginning with the first one repeated', async () => {
    const definition = wrap(answer, { frameStack: 3 });
    expect(definition.observationSpace).toEqual({
      type: 'box',
      shape: [6],
      low: [0, 1, 0, 1, 0, 1],
      high: [100, 101, 100, 101, 100, 101],
    });
    const { seen, environment } = await play(definition, 4);
    expect(seen.map(({ observation }) => observation)).toEqual([
      [0, 1, 0, 1, 0, 1],
      [0, 1, 0, 1, 10, 11],
      [0, 1, 10, 11, 20, 21],
      [10, 11, 20, 21, 30, 31],
      [20, 21, 30, 31, 40, 41],
    ]);
    const random = Random.fromSeed(1);
    await environment.reset(random);
    expect(observe(definition, environment)).toEqual([0, 1, 0, 1, 0, 1]);
  });
});

it('replaces the time limit', () => {
  expect(wrap('at once', { timeLimit: 12 }).maxEpisodeSteps).toBe(12);
  expect(wrap('at once', { timeLimit: 12, actionRepeat: 5 }).maxEpisodeSteps).toBe(3);
  expect(wrapEnvironment(maskedIdentity, { ...noWrappers, actionRepeat: 4 }).maxEpisodeSteps).toBe(5);
});

it('stacks pictures along their last axis', () => {
  const definition = wrapEnvironment(catchBall, { ...noWrappers, frameStack: 2 });
  const { shape } = catchBall.observationSpace;
  expect(definition.observationSpace.shape).toEqual([...shape.slice(0, -1), 2 * (shape.at(-1) ?? 0)]);
  const random = Random.fromSeed(1);
  const [stacked, plain] = [definition.create(), catchBall.create()];
  void stacked.reset(Random.fromSeed(1));
  plain.reset(random);
  const first = observe(catchBall, plain);
  void stacked.step(action, 0, random);
  plain.step(action, 0, random);
  const second = observe(catchBall, plain);
  const extent = shape.at(-1) ?? 1;
  const both = observe(definition, stacked);
  both.forEach((value, index) => {
    const row = Math.floor(index / (2 * extent));
    const column = index % (2 * extent);
    const frame = column < extent ? first : second;
    expect(value).toBe(frame[row * extent + (column % extent)]);
  });
});

it('passes masks through', () => {
  const definition = wrapEnvironment(maskedIdentity, {
    ...noWrappers,
    actionRepeat: 2,
    frameStack: 2,
    timeLimit: null,
  });
  const [wrapped, plain] = [definition.create(), maskedIdentity.create()];
  void wrapped.reset(Random.fromSeed(3));
  plain.reset(Random.fromSeed(3));
  const masks = [new Float32Array(6), new Float32Array(6)] as const;
  wrapped.writeActionMask?.(masks[0], 0);
  plain.writeActionMask?.(masks[1], 0);
  expect(masks[0]).toEqual(masks[1]);
});

it('saves its own state with that of the wrapped environment', () => {
  const definition = wrap('at once', { actionRepeat: 2, frameStack: 3 });
  const random = Random.fromSeed(1);
  const [environment, copy] = [definition.create(), definition.create()];
  void environment.reset(random);
  void environment.step(action, 0, random);
  copy.setState?.(environment.getState?.() ?? []);
  expect(observe(definition, copy)).toEqual(observe(definition, environment));
  for (let step = 0; step < 2; step += 1) {
    expect(copy.step(action, 0, random)).toBe(environment.step(action, 0, random));
    expect(observe(definition, copy)).toEqual(observe(definition, environment));
  }
});
