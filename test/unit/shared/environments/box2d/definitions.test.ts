import { expect, it, vi } from 'vitest';
import { builtInEnvironments } from '../../../../../src/shared/environments/built-in-environments.ts';
import { lunarLander } from '../../../../../src/shared/environments/box2d/definitions.ts';
import { openBatch } from '../../../../../src/shared/environments/open-batch.ts';
import { Random } from '../../../../../src/shared/random/random.ts';

it('refuses to create a world before its physics is loaded, and says what to do', async () => {
  vi.resetModules();
  const fresh = await import('../../../../../src/shared/environments/box2d/definitions.ts');
  expect(() => fresh.lunarLander.create()).toThrow('before its physics is loaded; await');
  await fresh.lunarLander.load?.();
  expect(fresh.lunarLander.create().terminated).toBe(false);
});

it('loads the physics of a batch', async () => {
  const batch = await openBatch(lunarLander, { randoms: [Random.fromSeed(1), Random.fromSeed(2)] });
  await batch.start();
  const observations = new Float32Array(16);
  batch.observe(observations, 0);
  expect(observations.every(Number.isFinite)).toBe(true);
  expect(observations.subarray(0, 8)).not.toEqual(observations.subarray(8));
});

it('names the environments that must be loaded', () => {
  expect(builtInEnvironments.filter((definition) => 'load' in definition).map(({ id }) => id)).toEqual([
    'LunarLander-v3',
    'LunarLanderContinuous-v3',
    'BipedalWalker-v3',
    'BipedalWalkerHardcore-v3',
  ]);
});
