import { describe, expect, it } from 'vitest';
import { loadPolicy, type Policy } from '../../../src/policy/node.ts';
import { playEpisode, type PlayedStep, type Seat } from '../../../src/policy/play-episode.ts';
import { cartPolePositions } from '../../../src/shared/environments/cart-pole-positions.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import type { EnvironmentDefinition } from '../../../src/shared/environments/environment.ts';
import { maskedIdentity } from '../../../src/shared/environments/identity.ts';
import { zipFiles } from '../../../src/shared/model-format/stored-zip.ts';
import type { Layer } from '../../../src/shared/network/layers/layer-spec.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { drawModel } from '../../fixtures/model-files.ts';

/** A policy with random weights. */
async function createPolicy(definition: EnvironmentDefinition, layers: Layer[], seed = 5): Promise<Policy> {
  const { files } = drawModel({ algorithm: 'a3c', network: { shared: false, layers } }, definition, seed);
  return await loadPolicy(zipFiles(files));
}

async function play(seat: Seat, definition: EnvironmentDefinition, seed: number): Promise<PlayedStep[]> {
  const steps: PlayedStep[] = [];
  for await (const step of playEpisode(seat, definition, Random.fromSeed(seed))) steps.push(step);
  return steps;
}

const listActions = (steps: readonly PlayedStep[]) => steps.map(({ action }) => action);

describe('an episode', () => {
  it('begins without a memory of the one before', async () => {
    const createLstm = () => createPolicy(cartPolePositions, [{ type: 'lstm', units: 7 }]);
    const policy = await createLstm();
    for (let seed = 1; seed <= 10; seed += 1) {
      const fresh = await play({ policy: await createLstm() }, cartPolePositions, seed);
      expect(listActions(await play({ policy }, cartPolePositions, seed)), `seed ${seed}`).toEqual(
        listActions(fresh),
      );
    }
  });

  it('has a scene, the thoughts of the policy, and the sum of the rewards at every step', async () => {
    const steps = await play({ policy: await createPolicy(cartPoleV1, []) }, cartPoleV1, 1);
    expect(steps.length).toBeGreaterThan(5);
    for (const [index, step] of steps.entries()) {
      expect(step).toMatchObject({ steps: index + 1, return: index + 1, isLast: index === steps.length - 1 });
      expect(step.scene?.shapes.length).toBeGreaterThan(3);
      expect(step.inspection.value).toEqual(expect.any(Number));
      const [left = 0, right = 0] = step.inspection.probabilities ?? [];
      expect(left + right).toBeCloseTo(1);
      expect(step.action).toBe(right > left ? 1 : 0);
    }
  });

  it('never takes an action that the environment forbids', async () => {
    const steps = await play({ policy: await createPolicy(maskedIdentity, []) }, maskedIdentity, 1);
    expect(steps).toHaveLength(20);
    for (const { action, inspection } of steps)
      expect(inspection.probabilities?.[Number(action)]).toBeGreaterThan(0);
  });

  it('goes on with newer weights from the step after which they come', async () => {
    const seat = { policy: await createPolicy(cartPoleV1, [], 1) };
    const later = await createPolicy(cartPoleV1, [], 2);
    const values: (number | null)[] = [];
    let observation: Float32Array | null = null;
    for await (const step of playEpisode(seat, cartPoleV1, Random.fromSeed(3))) {
      values.push(step.inspection.value);
      if (step.steps === 2) break;
      ({ observation } = step);
      seat.policy = later;
    }
    expect(observation && later.inspect(observation).value).toBe(values[1]);
  });
});
