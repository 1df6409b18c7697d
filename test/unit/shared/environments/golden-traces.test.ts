// Traces recorded from Gymnasium. The systems are unstable, so every step starts from the recorded state.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { builtInEnvironments } from '../../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../../src/shared/environments/registry.ts';
import { Random } from '../../../../src/shared/random/random.ts';

const directory = join(
  process.env.A3C_GOLDEN_DIR ?? join(import.meta.dirname, '../../../golden'),
  'environments',
);
const stateTolerance = 1e-5;
const rewardTolerance = 1e-6;

const numbers = z.array(z.number());
/** JSON has no infinity; the recorder wrote it as a word. */
const bounds = z.array(
  z.union([
    z.number(),
    z.literal('inf').transform(() => Infinity),
    z.literal('-inf').transform(() => -Infinity),
  ]),
);
const spaceSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('discrete'), n: z.int() }),
  z.object({ type: z.literal('box'), shape: numbers, low: bounds, high: bounds }),
]);
const traceSchema = z.object({
  environment: z.string(),
  maxEpisodeSteps: z.int().nullable(),
  rewardThreshold: z.number().nullable(),
  observationSpace: spaceSchema,
  actionSpace: spaceSchema,
  episodes: z.array(
    z.object({
      initialState: numbers,
      initialObservation: numbers,
      actions: z.array(z.union([numbers, z.number().transform((action) => [action])])),
      states: z.array(numbers),
      observations: z.array(numbers),
      rewards: numbers,
      terminated: z.array(z.boolean()),
      truncated: z.array(z.boolean()),
    }),
  ),
});
type Trace = z.infer<typeof traceSchema>;
type Episode = Trace['episodes'][number];

const registry = new EnvironmentRegistry(builtInEnvironments);
const traces = readdirSync(directory)
  .filter((name) => name.endsWith('.json'))
  .map((name): Trace => traceSchema.parse(JSON.parse(readFileSync(join(directory, name), 'utf8'))));

/** The largest difference, each relative to the expected size where that exceeds 1. */
function measureError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity;
  return Math.max(
    ...expected.map(
      (value, index) => Math.abs((actual[index] ?? NaN) - value) / Math.max(1, Math.abs(value)),
    ),
  );
}

/** One recorded transition: the state it starts from and what must come of it. */
function readTransition(episode: Episode, step: number) {
  const before = step === 0 ? episode.initialState : episode.states[step - 1];
  const action = episode.actions[step];
  const state = episode.states[step];
  const observation = episode.observations[step];
  const reward = episode.rewards[step];
  if (!before || !action || !state || !observation || reward === undefined) {
    throw new Error(`the trace has no step ${step}`);
  }
  return { before, action, state, observation, reward };
}

it('has a trace of every environment of Gymnasium', () => {
  expect(traces.map(({ environment }) => environment)).toEqual(
    expect.arrayContaining([
      'Acrobot-v1',
      'CartPole-v0',
      'CartPole-v1',
      'MountainCar-v0',
      'MountainCarContinuous-v0',
      'Pendulum-v1',
    ]),
  );
});

describe.each(traces.map((trace) => ({ id: trace.environment, trace })))('$id', ({ id, trace }) => {
  const definition = registry.get(id);

  it('has the recorded spaces, time limit and threshold', () => {
    const { observationSpace, actionSpace, maxEpisodeSteps, rewardThreshold } = definition;
    expect({ observationSpace, actionSpace, maxEpisodeSteps, rewardThreshold }).toEqual({
      observationSpace: trace.observationSpace,
      actionSpace: trace.actionSpace,
      maxEpisodeSteps: trace.maxEpisodeSteps,
      rewardThreshold: trace.rewardThreshold,
    });
  });

  it.each(trace.episodes.map((episode, index) => ({ index, episode })))(
    'repeats recorded episode $index step by step',
    ({ episode }) => {
      const random = Random.fromSeed(1);
      const environment = definition.create();
      const observation = new Float32Array(episode.initialObservation.length);
      environment.setState(episode.initialState);
      environment.observe(observation, 0);
      expect(measureError(observation, episode.initialObservation)).toBeLessThan(stateTolerance);

      for (let step = 0; step < episode.actions.length; step += 1) {
        const expected = readTransition(episode, step);
        environment.setState(expected.before);
        const reward = environment.step(Float32Array.from(expected.action), 0, random);
        environment.observe(observation, 0);
        const errors = {
          state: measureError(environment.getState(), expected.state),
          observation: measureError(observation, expected.observation),
          reward: Math.abs(reward - expected.reward) / Math.max(1e-12, Math.abs(expected.reward)),
        };
        const because = `step ${step}: ${JSON.stringify(errors)}`;
        expect(errors.state, because).toBeLessThan(stateTolerance);
        expect(errors.observation, because).toBeLessThan(stateTolerance);
        expect(errors.reward, because).toBeLessThan(rewardTolerance);
        expect(environment.terminated, because).toBe(episode.terminated[step]);
        expect(step + 1 === definition.maxEpisodeSteps, because).toBe(episode.truncated[step]);
      }
    },
  );
});
