import { describe, expect, it } from 'vitest';
import type {
  EnvironmentDefinition,
  SynchronousEnvironment,
} from '../../../../src/shared/environments/environment.ts';
import { identity, maskedIdentity } from '../../../../src/shared/environments/identity.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { flatSize } from '../../../../src/shared/spaces/space.ts';

type Choice = (seen: { readonly observation: Float32Array; readonly mask: Float32Array }) => number;

/** The return of one episode in which `choose` picks every action. */
function playEpisode(definition: EnvironmentDefinition<SynchronousEnvironment>, choose: Choice): number {
  const random = Random.fromSeed(3);
  const environment = definition.create();
  const size = flatSize(definition.observationSpace);
  const observation = new Float32Array(size);
  const mask = new Float32Array(size).fill(1);
  let total = 0;
  environment.reset(random);
  for (let step = 0; step < (definition.maxEpisodeSteps ?? 0); step += 1) {
    environment.observe(observation, 0);
    environment.writeActionMask?.(mask, 0);
    total += environment.step(Float32Array.of(choose({ observation, mask })), 0, random);
  }
  return total;
}

describe.each([identity, maskedIdentity])('$id', (definition) => {
  it('pays 1 for naming the number seen, at each of 20 steps', () => {
    expect(playEpisode(definition, ({ observation }) => observation.indexOf(1))).toBe(20);
  });

  it('pays nothing for an allowed wrong action', () => {
    expect(
      playEpisode(definition, ({ observation, mask }) =>
        mask.findIndex((flag, action) => flag === 1 && observation[action] === 0),
      ),
    ).toBe(0);
  });

  it('shows every number, one at a time', () => {
    const seen = new Set<number>();
    playEpisode(definition, ({ observation }) => {
      expect(observation.reduce((sum, value) => sum + value)).toBe(1);
      seen.add(observation.indexOf(1));
      return 0;
    });
    expect(seen.size).toBe(flatSize(definition.observationSpace));
  });
});

describe('MaskedIdentity-v0', () => {
  it('forbids two actions at a time, never the right one, and in time each of the others', () => {
    const random = Random.fromSeed(5);
    const environment = maskedIdentity.create();
    const [observation, mask] = [new Float32Array(6), new Float32Array(6)];
    const forbiddenPairs = new Set<string>();
    for (let draw = 0; draw < 2000; draw += 1) {
      environment.reset(random);
      environment.observe(observation, 0);
      environment.writeActionMask?.(mask, 0);
      const number = observation.indexOf(1);
      const forbidden = [...mask.keys()].filter((action) => mask[action] === 0);
      expect(forbidden).toHaveLength(2);
      expect(forbidden).not.toContain(number);
      forbiddenPairs.add(`${number}: ${forbidden.join()}`);
    }
    // 6 numbers, each with the 10 pairs out of the other 5.
    expect(forbiddenPairs.size).toBe(60);
  });

  it('charges 1 for a forbidden action', () => {
    expect(playEpisode(maskedIdentity, ({ mask }) => mask.indexOf(0))).toBe(-20);
    expect(playEpisode(maskedIdentity, ({ mask }) => mask.lastIndexOf(0))).toBe(-20);
  });
});
