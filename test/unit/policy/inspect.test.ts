// What policies make of an observation, against the actions that they draw.
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/node.ts';
import { PredictionInputError } from '../../../src/policy/policy-errors.ts';
import { cartPolePositions } from '../../../src/shared/environments/cart-pole-positions.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import { maskedIdentity } from '../../../src/shared/environments/identity.ts';
import { pendulum } from '../../../src/shared/environments/pendulum.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { drawModel, type DrawnModel } from '../../fixtures/model-files.ts';

const open = async ({ files }: DrawnModel) =>
  await loadPolicy(zipSync(Object.fromEntries(files), { level: 0 }));

describe('an inspection', () => {
  it('has the probabilities that actions are drawn with, and changes nothing', async () => {
    const policy = await open(drawModel({}, cartPoleV1, 4));
    const observation = [0.5, -1, 0.1, 2];
    const { probabilities, value } = policy.inspect(observation);
    expect(probabilities?.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 5);
    expect(value).not.toBeNull();
    const { action } = policy.predict(observation);
    expect(probabilities?.indexOf(Math.max(...probabilities))).toBe(action);
    const random = Random.fromSeed(1);
    let ones = 0;
    for (let draw = 0; draw < 4_000; draw += 1)
      ones += Number(policy.predict(observation, { deterministic: false, random }).action);
    expect(ones / 4_000).toBeCloseTo(probabilities?.[1] ?? -1, 1);
    expect(policy.inspect(observation)).toEqual({ probabilities, value });
  });

  it('gives forbidden actions no probability', async () => {
    const policy = await open(drawModel({}, maskedIdentity, 3));
    const { probabilities } = policy.inspect([0, 0, 1, 0, 0, 0], { mask: [1, 0, 1, 1, 0, 1] });
    expect(probabilities?.map((probability) => probability > 0)).toEqual([
      true,
      false,
      true,
      true,
      false,
      true,
    ]);
    expect(() => policy.inspect([0, 0, 1, 0, 0, 0])).toThrow(PredictionInputError);
  });

  it('depends on the memory of a recurrent policy', async () => {
    const network = { shared: false, layers: [{ type: 'lstm' as const, units: 8 }] };
    const policy = await open(drawModel({ network }, cartPolePositions, 5));
    const { state } = policy.predict([2, 0.2], { state: null });
    const first = policy.inspect([0.1, 0.1], { state: null });
    expect(policy.inspect([0.1, 0.1], { state })).not.toEqual(first);
    expect(policy.inspect([0.1, 0.1], { state: null })).toEqual(first);
  });

  it('of continuous actions has a value alone', async () => {
    const policy = await open(drawModel({}, pendulum, 6));
    const { probabilities, value } = policy.inspect([1, 0, 0]);
    expect(probabilities).toBeNull();
    expect(value).toBeTypeOf('number');
  });
});
