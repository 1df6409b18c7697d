// Jobs with wrappers: every check of the spec uses the environment with its wrappers.
import { expect, it } from 'vitest';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import { findContradictions } from '../../../src/shared/job/find-contradictions.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

/** Wrappers, and the longest episode they leave: rollouts with room for just that. */
it.each([
  [{ actionRepeat: 4 }, 125],
  [{ frameStack: 3 }, 500],
  [{ timeLimit: 40 }, 40],
  [{ actionRepeat: 2, frameStack: 2, timeLimit: 30 }, 15],
] as const)('a job with %o is resumed with other limits', async (wrappers, rolloutLength) => {
  const server = await startTestServer();
  const fields = { algorithm: 'reinforce', rolloutEpisodes: 1, rolloutLength, wrappers };
  const { id, spec } = await server.postJob('run', fields);
  expect(findContradictions(spec, cartPoleV1)).toEqual([]);
  const tooShort = findContradictions({ ...spec, rolloutLength: rolloutLength - 1 }, cartPoleV1);
  expect(tooShort.map(({ path }) => path)).toEqual(['rolloutLength']);
  await server.post(`/jobs/${id}/pause`);
  await server.waitFor(id, 'paused');
  const resumed = await server.post(`/jobs/${id}/resume`, { stop: { maxSteps: 1200 } });
  expect(await resumed.json()).toMatchObject({ spec: { wrappers, stop: { maxSteps: 1200 } } });
  await server.post(`/jobs/${id}/cancel`);
});
