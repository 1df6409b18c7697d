// Dynamics and rewards of bsuite's small tests, as its paper and sources describe them.
import { describe, expect, it } from 'vitest';
import { deepSea } from '../../../../../src/shared/environments/bsuite/deep-sea.ts';
import { discountingChain } from '../../../../../src/shared/environments/bsuite/discounting-chain.ts';
import { memoryChain } from '../../../../../src/shared/environments/bsuite/memory-chain.ts';
import { umbrellaChain } from '../../../../../src/shared/environments/bsuite/umbrella-chain.ts';
import { builtInEnvironments } from '../../../../../src/shared/environments/built-in-environments.ts';
import type {
  EnvironmentDefinition,
  RestorableEnvironment,
} from '../../../../../src/shared/environments/environment.ts';
import { selectEnvironment } from '../../../../../src/shared/environments/environment-settings.ts';
import { Random } from '../../../../../src/shared/random/random.ts';
import { flatSize } from '../../../../../src/shared/spaces/space.ts';

type Definition = EnvironmentDefinition<RestorableEnvironment>;

function configure(definition: Definition, settings: string): Definition {
  const configured = definition.configure?.(settings);
  if (configured === undefined) throw new Error(`${definition.id} has no settings`);
  return configured;
}

interface Episode {
  readonly observations: readonly (readonly number[])[];
  readonly rewards: readonly number[];
}

/** Plays one episode; `choose` sees the steps so far and the observation. */
function play(
  definition: Definition,
  seed: number,
  choose: (step: number, observation: readonly number[]) => number,
): Episode {
  const random = Random.fromSeed(seed);
  const environment = definition.create();
  const row = new Float32Array(flatSize(definition.observationSpace));
  const look = (): number[] => {
    environment.observe(row, 0);
    return [...row];
  };
  environment.reset(random);
  const observations = [look()];
  const rewards: number[] = [];
  while (!environment.terminated) {
    const action = choose(rewards.length, observations.at(-1) ?? []);
    rewards.push(environment.step(Float32Array.of(action), 0, random));
    observations.push(look());
  }
  return { observations, rewards };
}

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

describe('memory_chain', () => {
  const short = configure(memoryChain, 'length=4');

  it('shows the bit at the start only, then the time', () => {
    const { observations } = play(short, 1, () => 0);
    const bit = observations[0]?.[2];
    expect([-1, 1]).toContain(bit);
    expect(observations).toEqual([
      [1, 0, bit],
      [1, 0, bit],
      [0.75, 0, 0],
      [0.5, 0, 0],
      [0.25, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('rewards the last action only: 1 for the bit, −1 for the other', () => {
    for (const seed of seeds) {
      let bit = -1;
      const remember = (step: number, [, , context = 0]: readonly number[]): number => {
        if (step === 0) bit = context === 1 ? 1 : 0;
        return step === 4 ? bit : 1 - bit;
      };
      expect(play(short, seed, remember).rewards).toEqual([0, 0, 0, 0, 1]);
      expect(play(short, seed, (step, row) => 1 - remember(step, row)).rewards.at(-1)).toBe(-1);
    }
  });

  it('asks for one of several bits, near the end', () => {
    const definition = configure(memoryChain, 'length=3&bits=5');
    const queries = new Set<number>();
    for (const seed of seeds) {
      let bits: readonly number[] = [];
      let query = 0;
      const { observations, rewards } = play(definition, seed, (step, row) => {
        if (step === 0) bits = row.slice(2);
        query = step === 3 ? (row[1] ?? Number.NaN) : query;
        return bits[query] === 1 ? 1 : 0;
      });
      expect(rewards).toEqual([0, 0, 0, 1]);
      expect(observations.map((row) => row[1])).toEqual([0, 0, 0, query, 0]);
      queries.add(query);
    }
    expect(queries.size).toBeGreaterThan(2);
  });
});

describe('umbrella_chain', () => {
  const chain = configure(umbrellaChain, 'length=5&distractors=3');

  it('rewards at the end whether the first action took the umbrella that is needed', () => {
    for (const seed of seeds) {
      const right = play(chain, seed, (step, [need = 0]) => (step === 0 ? need : 1 - need));
      const wrong = play(chain, seed, (step, [need = 0]) => (step === 0 ? 1 - need : need));
      expect([right.rewards.length, right.rewards.at(-1), wrong.rewards.at(-1)]).toEqual([5, 1, -1]);
    }
  });

  it('gives ±1 at random before, and draws distractors anew', () => {
    const episodes = seeds.map((seed) => play(chain, seed, () => 1));
    expect(new Set(episodes.flatMap(({ rewards }) => rewards.slice(0, -1)))).toEqual(new Set([-1, 1]));
    const rows = episodes.flatMap(({ observations }) => observations);
    expect(new Set(rows.map((row) => row.slice(3).join())).size).toBe(8);
    expect(episodes[0]?.observations.map((row) => row[2])).toEqual(
      [1, 0.8, 0.6, 0.4, 0.2, 0].map(Math.fround),
    );
    expect(rows.filter((_, index) => index % 6 > 0).every((row) => row[1] === 1)).toBe(true);
  });
});

describe('discounting_chain', () => {
  it.each([
    [0, 1],
    [1, 3],
    [2, 10],
    [3, 30],
    [4, 100],
  ])('gives the reward of chain %i at step %i, and 1.1 for the mapped one', (chain, rewardStep) => {
    for (const mappingSeed of [0, 1, 2, 3, 4, 8]) {
      const definition = configure(discountingChain, `mappingSeed=${mappingSeed}`);
      const { observations, rewards } = play(definition, 1, (step) => (step === 0 ? chain : 4 - chain));
      const reward = mappingSeed % 5 === chain ? 1.1 : 1;
      expect(rewards).toEqual(
        Array.from({ length: 100 }, (_, step) => (step + 1 === rewardStep ? reward : 0)),
      );
      expect(observations[0]).toEqual([-1, 0]);
      expect(observations[50]).toEqual([chain, 0.5]);
    }
  });
});

describe('deep_sea', () => {
  /** The actions that go right along the diagonal, found by trying. */
  function findWay(definition: Definition, size: number): number[] {
    const environment = definition.create();
    environment.reset(Random.fromSeed(1));
    return Array.from({ length: size }, () => {
      const before = environment.getState();
      if (environment.step(Float32Array.of(1), 0, Random.fromSeed(1)) !== 0) return 1;
      environment.setState(before);
      environment.step(Float32Array.of(0), 0, Random.fromSeed(1));
      return 0;
    });
  }

  it('has one way to the treasure, which costs a hundredth', () => {
    const definition = configure(deepSea, 'size=5');
    const way = findWay(definition, 5);
    const { observations, rewards } = play(definition, 1, (step) => way[step] ?? 0);
    expect(rewards.slice(0, 4)).toEqual([-0.002, -0.002, -0.002, -0.002]);
    expect(rewards[4]).toBeCloseTo(0.998, 12);
    expect(observations.map((row) => row.indexOf(1))).toEqual([0, 6, 12, 18, 24, -1]);
  });

  it('has no treasure for any other way', () => {
    const definition = configure(deepSea, 'size=4');
    const way = findWay(definition, 4);
    const returns = Array.from({ length: 16 }, (_, bits) => {
      const actions = way.map((_action, step) => (bits >> step) & 1);
      return play(definition, 1, (step) => actions[step] ?? 0).rewards.reduce(
        (sum, reward) => sum + reward,
        0,
      );
    });
    expect(returns.filter((sum) => sum > 0.5)).toEqual([expect.closeTo(0.99, 9)]);
    expect(returns.every((sum) => sum > 0.5 || (sum <= 0 && sum >= -0.01))).toBe(true);
  });

  it('goes left without cost, and stays at the wall', () => {
    const definition = configure(deepSea, 'size=3');
    const way = findWay(definition, 3);
    const { observations, rewards } = play(definition, 1, (step) => (step === 0 ? 1 - (way[0] ?? 0) : 0));
    expect(rewards[0]).toBe(0);
    expect(observations[1]?.indexOf(1)).toBe(3);
  });

  it('maps actions by its seed', () => {
    const ways = seeds.map((seed) => findWay(configure(deepSea, `size=10&mappingSeed=${seed}`), 10).join(''));
    expect(new Set(ways).size).toBeGreaterThan(15);
    expect(findWay(configure(deepSea, 'size=10&mappingSeed=42'), 10)).toEqual(findWay(deepSea, 10));
  });
});

describe('settings after an id', () => {
  it('change the environment and stay in its id', () => {
    const definition = selectEnvironment(builtInEnvironments, 'DeepSea-v0?size=20&mappingSeed=3');
    expect(definition).toMatchObject({ id: 'DeepSea-v0?size=20&mappingSeed=3', maxEpisodeSteps: 20 });
    expect(definition?.observationSpace.shape).toEqual([400]);
  });

  it.each([
    ['depth=3', 'there is no setting "depth", only size, mappingSeed'],
    ['size=1', 'size is a whole number from 2 to 100, not "1"'],
    ['size=101', 'size is a whole number from 2 to 100, not "101"'],
    ['size=2.5', 'not "2.5"'],
    ['size=', 'not ""'],
    ['size=3&size=4', 'size is there twice'],
    ['size=0&x=1', 'not "0"; there is no setting "x"'],
  ])('are refused by name: %s', (settings, message) => {
    expect(() => selectEnvironment(builtInEnvironments, `DeepSea-v0?${settings}`)).toThrow(message);
  });

  it('belong to environments that have some', () => {
    expect(selectEnvironment(builtInEnvironments, 'CartPole-v1?length=3')).toBeUndefined();
    expect(selectEnvironment(builtInEnvironments, 'Nothing-v0?length=3')).toBeUndefined();
  });
});
