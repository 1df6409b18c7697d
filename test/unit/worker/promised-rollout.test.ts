// Environments that take their time fill a rollout exactly as those that do not.
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { defineEnvironment } from '../../../src/shared/environments/custom/define-environment.ts';
import type { EnvironmentDefinition } from '../../../src/shared/environments/environment.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { planRollout, Rollout } from '../../../src/worker/rollout.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';
import { recordEnvironments } from '../../fixtures/record-environments.ts';

const count = 3;
const rolloutLength = 12;
const spec = { ...exampleSpec, environmentsPerWorker: count, rolloutLength };

/** Shows random numbers, ends at some of them, is cut off at others and after four steps, and masks one action. */
function defineDice(answer: 'at once' | 'later'): EnvironmentDefinition {
  return defineEnvironment({
    id: 'Dice-v0',
    observationSpace: { type: 'box', shape: [1] },
    actionSpace: { type: 'discrete', n: 2 },
    maxEpisodeSteps: 4,
    hasActionMask: true,
    isAsynchronous: answer === 'later',
    create() {
      let shown = 0;
      const reset = (random: Random) => (shown = random.nextInteger(6));
      const step = (action: number, random: Random) => {
        shown = random.nextInteger(6);
        return {
          observation: shown,
          reward: shown + action,
          terminated: shown === 5,
          truncated: shown === 4,
        };
      };
      const actionMask = () => [shown % 2, 1];
      if (answer === 'at once') return { reset, step, actionMask };
      return {
        async reset(random) {
          await setImmediate();
          return reset(random);
        },
        async step(action, random) {
          if (shown > 2) await setImmediate();
          return step(action, random);
        },
        actionMask,
      };
    },
  });
}

function createRollout(definition: EnvironmentDefinition): Rollout {
  const shape = planRollout(spec, definition);
  const rollout = new Rollout(shape, {
    observations: new Float32Array(shape.capacity),
    actions: new Float32Array(shape.capacity),
    mask: new Float32Array(2 * shape.capacity),
  });
  rollout.actions.forEach((_, row) => (rollout.actions[row] = row % 2));
  return rollout;
}

function read({ observations, mask, rewards, ends, finalRows, usedRows, episodes, episodeCount }: Rollout) {
  return {
    observations: [...observations.subarray(0, usedRows)],
    mask: [...(mask ?? [])],
    rewards: [...rewards],
    ends: [...ends],
    finalRows: [...finalRows],
    episodes: [...episodes.subarray(0, 2 * episodeCount)],
  };
}

function createPromised(random: Random) {
  const definition = defineDice('later');
  const rollout = createRollout(definition);
  return { rollout, ...recordEnvironments(definition, rollout, random) };
}

it('fill the same rows', async () => {
  const prompt = defineDice('at once');
  const expected = createRollout(prompt);
  const atOnce = recordEnvironments(prompt, expected, Random.fromSeed(3));
  expect(atOnce.recorder.start()).toBeUndefined();
  for (let step = 0; step < rolloutLength; step += 1) atOnce.play(step);

  const { rollout, recorder } = createPromised(Random.fromSeed(3));
  await recorder.start();
  for (let step = 0; step < rolloutLength; step += 1) {
    await recorder.step(step);
    recorder.record(step);
  }

  expect(read(rollout)).toEqual(read(expected));
  expect(new Set(rollout.ends).size).toBe(3);
});

it('begin new episodes with new random numbers where others were interrupted', async () => {
  const first = createPromised(Random.fromSeed(3));
  await first.recorder.start();
  for (let step = 0; step < rolloutLength; step += 1) {
    await first.recorder.step(step);
    first.recorder.record(step);
  }
  const states = first.recorder.getState();
  expect(states.map(({ state }) => state)).toEqual(Array(count).fill(null));

  const second = createPromised(Random.fromSeed(3));
  await second.recorder.start(structuredClone(states));
  const drawn = states.map(({ random: state }) => Random.fromState(state).nextInteger(6));
  expect([...second.rollout.observations.subarray(0, count)]).toEqual(drawn);
});
