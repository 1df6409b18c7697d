import { describe, expect, it } from 'vitest';
import { cartPoleV1 } from '../../../../../src/shared/environments/cart-pole.ts';
import type { BatchOptions } from '../../../../../src/shared/environments/environment-batch.ts';
import type { EnvironmentDefinition } from '../../../../../src/shared/environments/environment.ts';
import { openBatch } from '../../../../../src/shared/environments/open-batch.ts';
import { watchCalls } from '../../../../../src/shared/environments/wrappers/watch-calls.ts';
import { Random } from '../../../../../src/shared/random/random.ts';

function createWatch() {
  const calls = { begun: 0, ended: 0 };
  return { calls, begin: () => (calls.begun += 1), end: () => (calls.ended += 1) };
}

function openWatched(definition: EnvironmentDefinition, worlds = 2) {
  const watch = createWatch();
  const randoms = Array.from({ length: worlds }, (_, world) => Random.fromSeed(world));
  return { watch, opened: openBatch(watchCalls(definition, watch), { randoms }) };
}

/** An environment that is itself a batch, and whose `step` answers when `gate` settles. */
function createBatchDefinition(gate?: Promise<undefined>): EnvironmentDefinition {
  return {
    ...cartPoleV1,
    createBatch: async (options: BatchOptions) => {
      const batch = await openBatch(cartPoleV1, options);
      const step = batch.step.bind(batch);
      return Object.assign(batch, {
        step: (actions: Float32Array, offset: number) => {
          void step(actions, offset);
          return gate;
        },
      });
    },
  };
}

describe('watchCalls', () => {
  it('counts the calls of a batch', async () => {
    const { watch, opened } = openWatched(createBatchDefinition());
    const batch = await opened;
    expect(watch.calls).toEqual({ begun: 1, ended: 1 });
    await batch.start();
    expect(batch.step(new Float32Array(2), 0)).toBeUndefined();
    expect(watch.calls).toEqual({ begun: 3, ended: 3 });
  });

  it('keeps a call of a batch open until its promise settles', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { watch, opened } = openWatched(createBatchDefinition(gate.promise));
    const batch = await opened;
    await batch.start();
    const stepped = batch.step(new Float32Array(2), 0);
    expect(watch.calls).toEqual({ begun: 3, ended: 2 });
    gate.resolve(undefined);
    await stepped;
    expect(watch.calls).toEqual({ begun: 3, ended: 3 });
  });

  it('passes on what a batch shows', async () => {
    const { opened } = openWatched(createBatchDefinition(), 1);
    const [batch, plain] = [await opened, await openBatch(cartPoleV1, { randoms: [Random.fromSeed(0)] })];
    const rows = [batch, plain].map((one) => {
      void one.start();
      void one.step(Float32Array.of(1), 0);
      const row = new Float32Array(4);
      one.observe(row, 0);
      return { row, reward: one.rewards[0], states: one.getStates(), scene: one.render?.(0) };
    });
    expect(rows[0]).toEqual(rows[1]);
    expect(batch.keepsStates).toBe(true);
  });
});
