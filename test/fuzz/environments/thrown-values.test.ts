// Fuzz test of thrown, rejected and returned values: the failure names its environment, is short, and is safe for
// clients.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createClientText } from '../../../src/server/client-text.ts';
import type { CustomEnvironment } from '../../../src/shared/environments/custom/custom-environment.ts';
import { defineEnvironment } from '../../../src/shared/environments/custom/define-environment.ts';
import { AppError } from '../../../src/shared/errors/app-error.ts';
import { createErrorRecord, describeStack } from '../../../src/shared/errors/error-record.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { countRuns } from '../runs.ts';
import { hostileAnswers, hostileValues } from '../../fixtures/environments/hostile-values.ts';

const methods = ['create', 'reset', 'step', 'actionMask', 'getState', 'setState'] as const;
type Method = (typeof methods)[number];

const longText = fc.tuple(fc.string(), fc.nat({ max: 200_000 })).map(([text, times]) => text.repeat(times));
const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});
const property = fc.oneof(longText, anything);

/** Makes a value when it is wanted: what generates values must not look into hostile ones. */
type Maker = () => unknown;

/** An error that says of itself whatever it likes. */
const error = fc
  .record(
    { name: property, message: property, stack: property, cause: property, code: property },
    { requiredKeys: [] },
  )
  .map(
    (properties): Maker =>
      () =>
        Object.assign(new Error('fuzzed'), properties),
  );

const anyObject = z.custom<object>(() => true);
const anyTraps = z.custom<ProxyHandler<object>>(() => true);
const trapNames = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'] as const;
/** A Proxy some of whose traps throw, and others answer anything. */
const proxy = fc
  .record({
    target: fc.oneof(
      error,
      fc.object({ maxDepth: 1 }).map(
        (value): Maker =>
          () =>
            value,
      ),
    ),
    traps: fc.dictionary(
      fc.constantFrom(...trapNames),
      fc.oneof(
        fc.constant('throw' as const),
        anything.map((answer) => ({ answer })),
      ),
    ),
  })
  .map(({ target, traps }): Maker => () => {
    const handler = Object.entries(traps).map(([name, behaviour]) => [
      name,
      () => {
        if (behaviour === 'throw') throw new Error('a trap');
        return behaviour.answer;
      },
    ]);
    return new Proxy(anyObject.parse(target()), anyTraps.parse(Object.fromEntries(handler)));
  });

const known = fc.constantFrom(...Object.values(hostileValues));
const made = anything.map(
  (value): Maker =>
    () =>
      value,
);
const thrown = fc.oneof(made, error, proxy, known);

/** How a value gets from an environment to whoever called it. */
const ways: Readonly<Record<string, (value: unknown) => unknown>> = {
  throws: (value) => {
    throw value;
  },
  rejects: async (value) => {
    throw value;
  },
  rejectsTwice: (value) => ({
    then(_: unknown, reject: (reason: unknown) => void) {
      reject(value);
      reject(value);
      throw value;
    },
  }),
  throwsInThen: (value) => ({
    then() {
      throw value;
    },
  }),
};

const anyEnvironment = z.custom<CustomEnvironment<number>>(() => true);

function define(method: Method, misbehave: () => unknown, isAsynchronous: boolean) {
  return defineEnvironment({
    id: 'Hostile-v0',
    observationSpace: { type: 'box', shape: [1] },
    actionSpace: { type: 'discrete', n: 2 },
    hasActionMask: true,
    isAsynchronous,
    create: () => {
      const environment: Record<string, () => unknown> = {
        reset: () => 0,
        step: () => ({ observation: 0, reward: 1, terminated: false }),
        actionMask: () => [1, 1],
        getState: () => [],
        setState: () => undefined,
      };
      if (method === 'create') return anyEnvironment.parse(misbehave());
      return anyEnvironment.parse({ ...environment, [method]: misbehave });
    },
  });
}

/** Calls every method once; throws what an environment's failure becomes. */
async function use(method: Method, misbehave: () => unknown, isAsynchronous: boolean): Promise<void> {
  const random = Random.fromSeed(1);
  const environment = define(method, misbehave, isAsynchronous).create();
  await environment.reset(random);
  await environment.step(new Float32Array(1), 0, random);
  environment.writeActionMask?.(new Float32Array(2), 0);
  environment.setState?.(environment.getState?.() ?? []);
}

const clientText = createClientText([]);

async function expectFailure(failing: Promise<void>, codes: readonly string[]): Promise<void> {
  const failure = await failing.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!AppError.is(failure)) throw new Error('the failure is not known as one');
  expect(codes).toContain(failure.code);
  expect(failure.message.startsWith('Hostile-v0: ')).toBe(true);
  const record = createErrorRecord(failure);
  expect(record.message).toBe(failure.message);
  expect(JSON.stringify(record).length).toBeLessThan(300_000);
  expect(structuredClone(record)).toEqual(record);
  expect(clientText(describeStack(record)).length).toBeLessThan(60_000);
}

describe('an environment', () => {
  it('that throws or rejects with anything has failed', async () => {
    const way = fc.constantFrom(...Object.keys(ways));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...methods), way, thrown, async (method, name, make) => {
        const value = make();
        const isImmediate = name === 'throws';
        const isAwaited = method === 'reset' || method === 'step';
        const misbehave = (): unknown => ways[isAwaited ? name : 'throws']?.(value);
        await expectFailure(use(method, misbehave, true), ['ENVIRONMENT_FAILED']);
        if (isImmediate) await expectFailure(use(method, misbehave, false), ['ENVIRONMENT_FAILED']);
      }),
      { numRuns: countRuns(200) },
    );
  });

  it('that answers what cannot be read has failed', async () => {
    const answers = Object.values(hostileAnswers);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('create', 'reset', 'step', 'actionMask', 'getState'),
        fc.oneof(proxy, fc.constantFrom(...answers)),
        fc.boolean(),
        async (method, make, isAsynchronous) => {
          const value = make();
          // A Proxy may happen to answer well, or never where it is taken for a promise.
          if (isAsynchronous && isThenable(value)) return;
          const using = use(method, () => value, isAsynchronous);
          if (
            await using.then(
              () => true,
              () => false,
            )
          )
            return;
          await expectFailure(using, ['ENVIRONMENT_FAILED', 'ENVIRONMENT_INVALID_OUTPUT']);
        },
      ),
      { numRuns: countRuns(200) },
    );
  });
});

function isThenable(value: unknown): boolean {
  try {
    return typeof Reflect.get(Object(value), 'then') === 'function';
  } catch {
    return false;
  }
}
