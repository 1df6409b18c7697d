// Traces recorded from Gymnasium with Box2D in C++, whose numbers have 32 bits. Whole episodes are played with the
// recorded random numbers. After contacts the smallest difference grows, so what is compared ends there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BipedalWalker } from '../../../../../src/shared/environments/box2d/bipedal-walker.ts';
import type { Draws } from '../../../../../src/shared/environments/box2d/episode-history.ts';
import { LunarLander } from '../../../../../src/shared/environments/box2d/lunar-lander.ts';
import { builtInEnvironments } from '../../../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../../../src/shared/environments/registry.ts';

const directory = join(
  process.env.A3C_GOLDEN_DIR ?? join(import.meta.dirname, '../../../../golden'),
  'box2d',
);
const tolerance = 1e-4;
/** The walker's feet touch the ground from the start; its error stays this small for so many steps. */
const walkerSteps = 20;

const numbers = z.array(z.number());
const drawSchema = z.tuple([
  z.enum(['uniform', 'integers', 'random']),
  numbers,
  z.union([z.number(), numbers]),
]);
/** Gymnasium's lower bounds have a zero with a sign, which JSON does not keep. */
const bounds = z.array(z.number().transform((bound) => bound + 0));
const spaceSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('discrete'), n: z.int() }),
  z.object({ type: z.literal('box'), shape: numbers, low: bounds, high: bounds }),
]);
const traceSchema = z.object({
  environment: z.string(),
  maxEpisodeSteps: z.int(),
  rewardThreshold: z.number(),
  observationSpace: spaceSchema,
  actionSpace: spaceSchema,
  episodes: z.array(
    z.object({
      resetDraws: z.array(drawSchema),
      initialObservation: numbers,
      actions: z.array(z.union([numbers, z.number().transform((action) => [action])])),
      stepDraws: z.array(numbers),
      observations: z.array(numbers),
      rewards: numbers,
      terminated: z.array(z.boolean()),
      truncated: z.array(z.boolean()),
    }),
  ),
});
type Episode = z.infer<typeof traceSchema>['episodes'][number];

/** Gives back recorded draws, and fails where another one is asked for. */
class RecordedDraws implements Draws {
  readonly #draws: { readonly kind: string; readonly bounds: readonly number[]; readonly value: number }[] =
    [];

  add(draws: Episode['resetDraws']): void {
    for (const [kind, bounds, result] of draws)
      for (const value of [result].flat()) this.#draws.push({ kind, bounds, value });
  }

  nextUniform(low: number, high: number): number {
    const { kind, bounds, value } = this.#take();
    expect(kind).not.toBe('integers');
    const [recordedLow = 0, recordedHigh = 1] = bounds;
    expect([low, high]).toEqual([recordedLow, expect.closeTo(recordedHigh, 9)]);
    return value;
  }

  nextInteger(bound: number): number {
    const { kind, bounds, value } = this.#take();
    const [low = Number.NaN, high = Number.NaN] = bounds;
    expect([kind, bound]).toEqual(['integers', high - low]);
    return value - low;
  }

  get left(): number {
    return this.#draws.length;
  }

  #take() {
    const draw = this.#draws.shift();
    if (draw === undefined) throw new Error('more random numbers are drawn than were recorded');
    return draw;
  }
}

const creators: Readonly<Record<string, () => LunarLander | BipedalWalker>> = {
  'LunarLander-v3': () => new LunarLander({ isContinuous: false }),
  'LunarLanderContinuous-v3': () => new LunarLander({ isContinuous: true }),
  'BipedalWalker-v3': () => new BipedalWalker({ isHardcore: false }),
  'BipedalWalkerHardcore-v3': () => new BipedalWalker({ isHardcore: true }),
};

interface Difference {
  readonly observation: number;
  readonly reward: number;
  readonly terminated: boolean;
}

function measure(actual: Float32Array, expected: readonly number[]): number {
  return Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] ?? Number.NaN))));
}

/** Plays a recorded episode until the environment or the record ends it. */
function replay(id: string, episode: Episode): { initial: number; steps: Difference[] } {
  const environment = creators[id]?.();
  if (environment === undefined) throw new Error(`nothing creates ${id}`);
  const draws = new RecordedDraws();
  draws.add(episode.resetDraws);
  environment.reset(draws);
  expect(draws.left).toBe(0);
  const row = new Float32Array(episode.initialObservation.length);
  environment.observe(row, 0);
  const initial = measure(row, episode.initialObservation);
  const steps: Difference[] = [];
  for (const [step, action] of episode.actions.entries()) {
    draws.add((episode.stepDraws[step] ?? []).map((value) => ['uniform', [-1, 1], value]));
    const reward = environment.step(Float32Array.from(action), 0, draws);
    expect(draws.left).toBe(0);
    environment.observe(row, 0);
    steps.push({
      observation: measure(row, episode.observations[step] ?? []),
      reward: Math.abs(reward - (episode.rewards[step] ?? Number.NaN)),
      terminated: environment.terminated,
    });
    if (environment.terminated) break;
  }
  return { initial, steps };
}

function findMedian(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Steps before the first contact of a leg or the end. */
function countFreeSteps({ observations, terminated }: Episode): number {
  const touch = observations.findIndex(([, , , , , , left, right]) => left === 1 || right === 1);
  const end = terminated.indexOf(true);
  return Math.min(...[touch, end].map((step) => (step === -1 ? observations.length : step)));
}

const registry = new EnvironmentRegistry(builtInEnvironments);
const traces = readdirSync(directory)
  .filter((name) => name.endsWith('.json'))
  .map((name) => traceSchema.parse(JSON.parse(readFileSync(join(directory, name), 'utf8'))));

it('has a trace of every environment on Box2D', () => {
  expect(traces.map(({ environment }) => environment).sort()).toEqual(Object.keys(creators).sort());
});

describe.each(traces.map((trace) => ({ id: trace.environment, trace })))('$id', ({ id, trace }) => {
  it('has the recorded spaces, time limit and threshold', () => {
    const { observationSpace, actionSpace, maxEpisodeSteps, rewardThreshold } = registry.get(id);
    expect({ observationSpace, actionSpace, maxEpisodeSteps, rewardThreshold }).toEqual({
      observationSpace: trace.observationSpace,
      actionSpace: trace.actionSpace,
      maxEpisodeSteps: trace.maxEpisodeSteps,
      rewardThreshold: trace.rewardThreshold,
    });
  });

  const episodes = trace.episodes.map((episode, index) => ({ index, episode }));
  if (id.startsWith('LunarLander'))
    it.each(episodes)('flies recorded episode $index until it touches something', ({ episode }) => {
      const { initial, steps } = replay(id, episode);
      const free = steps.slice(0, countFreeSteps(episode));
      expect(initial).toBeLessThan(tolerance);
      expect(free.length).toBeGreaterThan(0);
      expect(Math.max(...free.map(({ observation }) => observation))).toBeLessThan(tolerance);
      // A reward has the differences of two observations, times 100.
      expect(Math.max(...free.map(({ reward }) => reward))).toBeLessThan(100 * tolerance);
      expect(free.every(({ terminated }) => !terminated)).toBe(true);
    });
  else
    it.each(episodes)(`walks the first ${walkerSteps} steps of recorded episode $index`, ({ episode }) => {
      const { initial, steps } = replay(id, episode);
      const first = steps.slice(0, walkerSteps);
      expect(initial).toBeLessThan(1e-5);
      expect(first[0]?.observation).toBeLessThan(1e-5);
      expect(findMedian(first.map(({ observation }) => observation))).toBeLessThan(tolerance);
      expect(findMedian(first.map(({ reward }) => reward))).toBeLessThan(tolerance);
    });
});
