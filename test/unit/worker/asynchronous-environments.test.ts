// Environments that take their time fill a rollout exactly as those that do not.
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { defineEnvironment } from '../../../src/shared/environments/custom/define-environment.ts';
import type { EnvironmentDefinition } from '../../../src/shared/environments/environment.ts';
import { Random } from '../../../src/shared/random/random.ts';
import { AsynchronousEnvironments } from '../../../src/worker/asynchronous-environments.ts';
import { LockstepEnvironments } from '../../../src/worker/lockstep-environments.ts';
import { planRollout, Rollout } from '../../../src/worker/rollout.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';

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

function createAsynchronous(random: Random) {
  const { asynchronous, ...patient } = defineDice('later');
  if (!asynchronous?.isNeeded()) throw new Error('these environments return promises');
  const rollout = createRollout(patient);
  return { rollout, environments: new AsynchronousEnvironments({ ...patient, asynchronous }, count, random) };
}

it('fill the same rows', async () => {
  const random = Random.fromSeed(3);
  const prompt = defineDice('at once');
  const expected = createRollout(prompt);
  const lockstep = new LockstepEnvironments(prompt, count, random);
  lockstep.start(expected);
  for (let step = 0; step < rolloutLength; step += 1) lockstep.step(expected, step);

  const { rollout, environments } = createAsynchronous(random);
  await environments.start(rollout);
  for (let step = 0; step < rolloutLength; step += 1) await environments.step(rollout, step);

  expect(read(rollout)).toEqual(read(expected));
  expect(new Set(rollout.ends).size).toBe(3);
});

it('begin new episodes with new random numbers where others were interrupted', async () => {
  const random = Random.fromSeed(3);
  const first = createAsynchronous(random);
  await first.environments.start(first.rollout);
  for (let step = 0; step < rolloutLength; step += 1) await first.environments.step(first.rollout, step);
  const states = first.environments.getState();
  expect(states.map(({ state, episodeLength }) => ({ state, episodeLength }))).toEqual(
    Array(count).fill({ state: null, episodeLength: 0 }),
  );

  const second = createAsynchronous(random);
  await second.environments.resume(second.rollout, structuredClone(states));
  const drawn = states.map(({ random: state }) => Random.fromState(state).nextInteger(6));
  expect([...second.rollout.observations.subarray(0, count)]).toEqual(drawn);
});
