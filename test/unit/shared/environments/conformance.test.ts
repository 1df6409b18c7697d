// Conformance of all environments: a registered environment is tested here automatically.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkEnvironment } from '../../../../src/shared/environments/check-environment.ts';
import type {
  EnvironmentDefinition,
  RestorableEnvironment,
  SynchronousEnvironment,
} from '../../../../src/shared/environments/environment.ts';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../../src/shared/environments/registry.ts';
import { Random } from '../../../../src/shared/random/random.ts';
import { flatSize } from '../../../../src/shared/spaces/space.ts';

const definitions = new EnvironmentRegistry(builtInEnvironments).list();
const stepsPerTest = 600;
await Promise.all(definitions.map(async (definition) => await definition.load?.()));

function observe(definition: EnvironmentDefinition, environment: SynchronousEnvironment): number[] {
  const row = new Float32Array(flatSize(definition.observationSpace));
  environment.observe(row, 0);
  return [...row];
}

function readMask({ actionSpace }: EnvironmentDefinition, environment: SynchronousEnvironment): number[] {
  const mask = new Float32Array(actionSpace.type === 'discrete' ? actionSpace.n : 0).fill(1);
  environment.writeActionMask?.(mask, 0);
  return [...mask];
}

/** A random action as the row that `step` takes: an allowed choice, or a point of the box or beyond its bounds. */
function drawAction(
  definition: EnvironmentDefinition,
  environment: SynchronousEnvironment,
  random: Random,
): Float32Array {
  const { actionSpace } = definition;
  if (actionSpace.type === 'box') {
    return Float32Array.from(actionSpace.low, (low, index) =>
      random.nextUniform(Math.max(2 * low, -1e3), Math.min(2 * (actionSpace.high[index] ?? NaN), 1e3)),
    );
  }
  const allowed = readMask(definition, environment).flatMap((flag, action) => (flag === 1 ? [action] : []));
  return Float32Array.of(allowed[random.nextInteger(allowed.length)] ?? NaN);
}

interface Visit {
  readonly reward: number;
  readonly terminated: boolean;
  readonly observation: readonly number[];
}

/** Steps from wherever the environment stands, starting over at ends and time limits. */
function play(
  definition: EnvironmentDefinition,
  environment: SynchronousEnvironment,
  random: Random,
): Visit[] {
  const visits: Visit[] = [];
  let episodeSteps = 0;
  for (let step = 0; step < stepsPerTest; step += 1) {
    const reward = environment.step(drawAction(definition, environment, random), 0, random);
    const { terminated } = environment;
    visits.push({ reward, terminated, observation: observe(definition, environment) });
    episodeSteps += 1;
    if (terminated || episodeSteps === definition.maxEpisodeSteps) {
      environment.reset(random);
      episodeSteps = 0;
    }
  }
  return visits;
}

function playFromSeed(definition: EnvironmentDefinition<RestorableEnvironment>, seed: number): Visit[] {
  const random = Random.fromSeed(seed);
  const environment = definition.create();
  environment.reset(random);
  return play(definition, environment, random);
}

/** Steps until the environment ends an episode itself; false if it does not within the given steps. */
function playToTermination(
  definition: EnvironmentDefinition,
  environment: SynchronousEnvironment,
  random: Random,
): boolean {
  environment.reset(random);
  for (let step = 0; step < stepsPerTest && !environment.terminated; step += 1) {
    environment.step(drawAction(definition, environment, random), 0, random);
  }
  return environment.terminated;
}

describe.each(definitions)('$id', (definition) => {
  it('is described completely', () => {
    const { id, description, observationSpace, actionSpace, maxEpisodeSteps, rewardThreshold } = definition;
    expect(id).toMatch(/^[A-Za-z][A-Za-z0-9]*-v\d+$/);
    expect(description).not.toBe('');
    for (const space of [observationSpace, actionSpace]) {
      if (space.type === 'discrete') expect(space.n).toBeGreaterThan(1);
      if (space.type !== 'box') continue;
      expect(space.low).toHaveLength(flatSize(space));
      expect(space.high).toHaveLength(flatSize(space));
      expect(space.low.every((low, index) => low < (space.high[index] ?? NaN))).toBe(true);
    }
    expect(maxEpisodeSteps === null || (Number.isInteger(maxEpisodeSteps) && maxEpisodeSteps > 0)).toBe(true);
    expect(rewardThreshold === null || Number.isFinite(rewardThreshold)).toBe(true);
  });

  it('plays the same from the same seed, and differently from another', () => {
    expect(playFromSeed(definition, 7)).toEqual(playFromSeed(definition, 7));
    expect(playFromSeed(definition, 7)).not.toEqual(playFromSeed(definition, 8));
  });

  it('observes finite numbers inside its space, and rewards finite ones', () => {
    const { low, high } = definition.observationSpace;
    for (const { observation, reward } of playFromSeed(definition, 1)) {
      expect(Number.isFinite(reward)).toBe(true);
      for (const [index, value] of observation.entries()) {
        expect(Number.isFinite(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(Math.fround(low[index] ?? NaN));
        expect(value).toBeLessThanOrEqual(Math.fround(high[index] ?? NaN));
      }
    }
  });

  it('passes what a3c check-environment asks of any environment', async () => {
    const { checks } = await checkEnvironment(definition);
    expect(checks.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(checks.map(({ name }) => name)).toContain('continues from its state in another instance');
  });

  it('reads and writes rows at their offset and nowhere else', () => {
    const random = Random.fromSeed(2);
    const [environment, twin] = [definition.create(), definition.create()];
    environment.reset(random);
    const size = flatSize(definition.observationSpace);
    const row = new Float32Array(size + 5).fill(123);
    environment.observe(row, 3);
    expect([...row]).toEqual([123, 123, 123, ...observe(definition, environment), 123, 123]);

    const mask = readMask(definition, environment);
    const maskRow = new Float32Array(mask.length + 2).fill(123);
    environment.writeActionMask?.(maskRow, 1);
    expect([...maskRow]).toEqual(definition.hasActionMask ? [123, ...mask, 123] : [...maskRow].fill(123));

    twin.setState(environment.getState());
    const twinRandom = Random.fromState(random.getState());
    const action = drawAction(definition, environment, Random.fromSeed(3));
    const shifted = Float32Array.of(NaN, NaN, ...action);
    expect(twin.step(shifted, 2, twinRandom)).toBe(environment.step(action, 0, random));
    expect(twin.getState()).toEqual(environment.getState());
  });

  it('continues identically in another instance with its state as JSON', () => {
    const random = Random.fromSeed(4);
    const environment = definition.create();
    environment.reset(random);
    for (let step = 0; step < 5; step += 1) {
      environment.step(drawAction(definition, environment, random), 0, random);
      if (environment.terminated) environment.reset(random);
    }
    const copy = definition.create();
    const stored = JSON.stringify(environment.getState());
    copy.setState(z.array(z.number()).parse(JSON.parse(stored)));
    const copyRandom = Random.fromState(random.getState());

    expect(observe(definition, copy)).toEqual(observe(definition, environment));
    expect(readMask(definition, copy)).toEqual(readMask(definition, environment));
    expect(play(definition, copy, copyRandom)).toEqual(play(definition, environment, random));
    expect(copy.getState()).toEqual(environment.getState());
  });

  it('clears its end on reset and on setState', () => {
    const random = Random.fromSeed(5);
    const environment = definition.create();
    const hasEnded = playToTermination(definition, environment, random);
    environment.setState(environment.getState());
    expect(environment.terminated).toBe(false);
    expect(playToTermination(definition, environment, random)).toBe(hasEnded);
    environment.reset(random);
    expect(environment.terminated).toBe(false);
  });

  it('moves with an action beyond its bounds as with the bound itself', () => {
    const { actionSpace } = definition;
    if (actionSpace.type !== 'box') return;
    const environment = definition.create();
    environment.reset(Random.fromSeed(8));
    const start = environment.getState();
    const move = (action: readonly number[]): number[] => {
      environment.setState(start);
      environment.step(Float32Array.from(action), 0, Random.fromSeed(1));
      return environment.getState();
    };
    expect(move(actionSpace.low.map((low) => low - 1))).toEqual(move(actionSpace.low));
    expect(move(actionSpace.high.map((high) => high + 1))).toEqual(move(actionSpace.high));
  });

  it('stands still and earns nothing when stepped past its end', () => {
    const random = Random.fromSeed(6);
    const environment = definition.create();
    if (!playToTermination(definition, environment, random)) return;
    const end = environment.getState();
    expect(environment.step(drawAction(definition, environment, random), 0, random)).toBe(0);
    expect(environment.getState()).toEqual(end);
    expect(environment.terminated).toBe(true);
  });

  it('stays finite when stepped past its end', () => {
    const random = Random.fromSeed(6);
    const environment = definition.create();
    playToTermination(definition, environment, random);
    for (let step = 0; step < 10_000; step += 1) {
      const reward = environment.step(drawAction(definition, environment, random), 0, random);
      if (!Number.isFinite(reward)) expect.fail('a reward that is not finite');
    }
    expect(environment.getState().every(Number.isFinite)).toBe(true);
    expect(observe(definition, environment).every(Number.isFinite)).toBe(true);
  });

  it('has a mask exactly if its definition says so, and allows at least one action in every state', () => {
    const random = Random.fromSeed(9);
    const environment = definition.create();
    expect('writeActionMask' in environment).toBe(definition.hasActionMask);
    if (!definition.hasActionMask) return;
    expect(definition.actionSpace.type).toBe('discrete');
    environment.reset(random);
    for (let step = 0; step < stepsPerTest; step += 1) {
      const mask = readMask(definition, environment);
      expect(mask.every((flag) => flag === 0 || flag === 1)).toBe(true);
      expect(mask).toContain(1);
      environment.step(drawAction(definition, environment, random), 0, random);
      if (environment.terminated) environment.reset(random);
    }
  });
});
