// Custom environments stepped as the rest of the program steps them.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type {
  CustomEnvironment,
  StepResult,
} from '../../../../../src/shared/environments/custom/custom-environment.ts';
import { defineEnvironment } from '../../../../../src/shared/environments/custom/define-environment.ts';
import { readObservation } from '../../../../../src/shared/environments/custom/read-observation.ts';
import { Random } from '../../../../../src/shared/random/random.ts';

const random = Random.fromSeed(1);
const noAction = new Float32Array(4);

/** Counts its steps and shows them twice; what differs is given. */
function define(
  difference: Partial<CustomEnvironment> = {},
  flags: { readonly hasActionMask?: boolean; readonly isAsynchronous?: boolean } = {},
) {
  return defineEnvironment({
    id: 'Counter-v0',
    observationSpace: { type: 'box', shape: [2] },
    actionSpace: { type: 'discrete', n: 3 },
    ...flags,
    create() {
      let steps = 0;
      return {
        reset() {
          steps = 0;
          return [0, 0];
        },
        step() {
          steps += 1;
          return { observation: [steps, steps], reward: steps, terminated: steps === 3 };
        },
        getState: () => [steps],
        setState: ([stored = 0]) => {
          steps = stored;
        },
        ...difference,
      };
    },
  });
}

function open(difference: Partial<CustomEnvironment> = {}, hasActionMask = false) {
  const environment = define(difference, { hasActionMask }).create();
  void environment.reset(random);
  return environment;
}

/** The row an observation is written to; throws what is wrong with it. */
function read(observation: unknown, shape: readonly number[]): number[] {
  const row = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
  const problem = readObservation(observation, shape, row);
  if (problem !== null) throw new Error(problem);
  return [...row];
}

/** A module in JavaScript may return anything. */
const anyResult = z.custom<StepResult>(() => true);

describe('observations', () => {
  it.each([
    { how: 'flat', observation: [1, 2, 3, 4, 5, 6], shape: [2, 3], row: [1, 2, 3, 4, 5, 6] },
    { how: 'nested', observation: [[1, 2], Uint8Array.of(3, 4)], shape: [2, 2], row: [1, 2, 3, 4] },
    { how: 'of numbers of 32 bits', observation: Float32Array.of(1, 2), shape: [2], row: [1, 2] },
    { how: 'of numbers of 64 bits', observation: Float64Array.of(0.5, -0), shape: [2], row: [0.5, -0] },
    { how: 'of three axes', observation: [[[1], [2]]], shape: [1, 2, 1], row: [1, 2] },
    { how: 'a single number', observation: 7, shape: [1], row: [7] },
    { how: 'a number without axes', observation: 7, shape: [], row: [7] },
  ])('may be $how', ({ observation, shape, row }) => {
    expect(read(observation, shape)).toEqual(row);
  });

  it.each([
    {
      how: 'too short',
      observation: [1],
      shape: [2],
      message: /of 1 numbers; its space has the shape \[2\]/,
    },
    {
      how: 'nested otherwise',
      observation: [[1, 2], [3]],
      shape: [2, 2],
      message: /\[3\] on axis 1; .* \[2, 2\]/,
    },
    {
      how: 'nested too often',
      observation: [[1], [2], [3]],
      shape: [2, 1],
      message: /on axis 0; .* \[2, 1\]/,
    },
    { how: 'not a number', observation: [1, Number.NaN], shape: [2], message: /element 1 is NaN/ },
    { how: 'too large for float32', observation: [1e39, 0], shape: [2], message: /element 0 is 1e\+39/ },
    {
      how: 'infinite in an array of 32 bits',
      observation: Float32Array.of(0, 1, -Infinity),
      shape: [3],
      message: /element 2 is -Infinity/,
    },
    {
      how: 'too large for float32 in an array of 64 bits',
      observation: Float64Array.of(1e39, 0),
      shape: [2],
      message: /element 0 is 1e\+39/,
    },
    { how: 'text', observation: ['1', 2], shape: [2], message: /element 0 is "1"/ },
    { how: 'missing', observation: undefined, shape: [2], message: /undefined as observation/ },
  ])('are refused when $how', ({ observation, shape, message }) => {
    expect(() => read(observation, shape)).toThrow(message);
  });
});

describe('a step', () => {
  it('hands over reward, end and observation', () => {
    const environment = open();
    expect([1, 2, 3].map(() => environment.step(noAction, 0, random))).toEqual([1, 2, 3]);
    expect(environment.terminated).toBe(true);
    expect(environment.truncated).toBe(false);
    const row = new Float32Array(3);
    environment.observe(row, 1);
    expect([...row]).toEqual([0, 3, 3]);
    void environment.reset(random);
    expect(environment.terminated).toBe(false);
  });

  it('receives an action of its space: clipped in a box, numbers for several choices', () => {
    const received: unknown[] = [];
    const define = (actionSpace: Parameters<typeof defineEnvironment>[0]['actionSpace']) => {
      const environment = defineEnvironment({
        id: 'Receives-v0',
        observationSpace: { type: 'box', shape: [1] },
        actionSpace,
        create: () => ({
          reset: () => 0,
          step(action) {
            received.push(action);
            return { observation: 0, reward: 0, terminated: false };
          },
        }),
      }).create();
      void environment.reset(random);
      void environment.step(Float32Array.of(9, 2, -5), 1, random);
    };
    define({ type: 'discrete', n: 3 });
    define({ type: 'multiDiscrete', n: [3, 4] });
    define({ type: 'box', shape: [2], low: -1, high: 1 });
    expect(received).toEqual([2, [2, -5], [1, -1]]);
  });

  it.each<[string, object | null, RegExp]>([
    ['a reward that is not finite', { reward: Infinity }, /step\(\) in step 1 .* reward of Infinity/],
    ['no reward', { reward: undefined }, /reward of undefined/],
    ['an end that is no boolean', { terminated: 1 }, /returned 1 as terminated/],
    ['a cut that is no boolean', { truncated: 'no' }, /returned "no" as truncated/],
    ['nothing', null, /returned null; a step must return \{observation, reward, terminated\}/],
  ])('is refused with %s', (_, difference, message) => {
    const good = { observation: [0, 0], reward: 0, terminated: false };
    const result = anyResult.parse(difference === null ? null : { ...good, ...difference });
    const environment = open({ step: () => result });
    expect(() => environment.step(noAction, 0, random)).toThrow(message);
  });

  it('says where it threw, with a copy of the error as its cause', () => {
    const environment = open({
      step: () => {
        throw new TypeError('no such door');
      },
    });
    const step = () => environment.step(noAction, 0, random);
    expect(step).toThrow(
      /Counter-v0: step\(\) in step 1 of its episode threw TypeError: no such door \(at .*test\.ts/,
    );
    expect(step).toThrow(expect.objectContaining({ code: 'ENVIRONMENT_FAILED' }));
    const copy = Object.assign(new TypeError('no such door'), { name: 'TypeError' });
    expect(step).toThrow(expect.objectContaining({ cause: copy }));
  });
});

describe('a mask', () => {
  const writeMask = (mask: readonly (number | boolean)[]): number[] => {
    const row = new Float32Array(4);
    open({ actionMask: () => mask }, true).writeActionMask?.(row, 1);
    return [...row];
  };

  it('is written at its offset', () => {
    expect(writeMask([true, 0, 1])).toEqual([0, 1, 0, 1]);
  });

  it.each<[string, number[], RegExp]>([
    ['of the wrong size', [1, 1], /\[1, 1\]; it needs one element for each of 3 actions/],
    ['that allows nothing', [0, 0, 0], /allows no action/],
    ['of other numbers', [1, 0.5, 0], /0\.5 for action 1/],
  ])('%s is refused', (_, mask, message) => {
    expect(() => writeMask(mask)).toThrow(message);
  });

  it('has to be announced, and to be there when it is', () => {
    expect(() => define({ actionMask: () => [1, 1, 1] }).create()).toThrow(/has no hasActionMask: true/);
    expect(() => define({}, { hasActionMask: true }).create()).toThrow(/without actionMask\(\)/);
  });
});

describe('a state', () => {
  it('continues in another instance, through JSON', () => {
    const environment = open();
    void environment.step(noAction, 0, random);
    const stored = JSON.stringify(environment.getState?.());
    const copy = define().create();
    copy.setState?.(z.array(z.number()).parse(JSON.parse(stored)));
    const row = new Float32Array(2);
    copy.observe(row, 0);
    expect([...row]).toEqual([1, 1]);
    expect(copy.step(noAction, 0, random)).toBe(2);
  });

  it('is not offered by an environment that cannot put it back', () => {
    const definition = defineEnvironment({
      id: 'Stateless-v0',
      observationSpace: { type: 'box', shape: [1] },
      actionSpace: { type: 'discrete', n: 2 },
      create: () => ({ reset: () => 0, step: () => ({ observation: 0, reward: 0, terminated: false }) }),
    });
    const environment = definition.create();
    expect(environment).toMatchObject({ getState: undefined, setState: undefined });
  });
});

describe('promises', () => {
  const step = { observation: [0, 0], reward: 0, terminated: false };

  it('are refused where the definition does not announce them, with the line to add', () => {
    const environment = open({ step: async () => step });
    expect(() => environment.step(noAction, 0, random)).toThrow(
      /step\(\).*returned a promise; add isAsynchronous: true to its definition/,
    );
    expect(() =>
      define({ reset: async () => [0, 0] })
        .create()
        .reset(random),
    ).toThrow(/isAsynchronous: true/);
  });

  it('are awaited, and their results are checked as well', async () => {
    const environment = define(
      { reset: async () => [0, 0], step: async () => ({ ...step, reward: Number.NaN }) },
      { isAsynchronous: true },
    ).create();
    await environment.reset(random);
    await expect(environment.step(noAction, 0, random)).rejects.toThrow(/reward of NaN/);
  });

  it('need not be returned by an environment that announces them', () => {
    const environment = define({ step: () => step }, { isAsynchronous: true }).create();
    expect(environment.reset(random)).toBeUndefined();
    expect(environment.step(noAction, 0, random)).toBe(0);
  });

  it('that settle twice are named with the next call', async () => {
    const answer = {
      then: (resolve: (result: unknown) => void) => {
        resolve(step);
        resolve(step);
      },
    };
    const twice = anyResult.parse(answer);
    // A thenable is what a careless wrapper makes of a callback that is called twice.
    const environment = define({ step: () => twice }, { isAsynchronous: true }).create();
    await environment.reset(random);
    await environment.step(noAction, 0, random);
    expect(() => environment.step(noAction, 0, random)).toThrow(/settled twice/);
  });
});
