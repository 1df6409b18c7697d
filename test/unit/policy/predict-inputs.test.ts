// What predict refuses, with the words that say what to do, and what it draws.
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadPolicy, Random, type Policy, type PredictOptions } from '../../../src/policy/node.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import type { Observation } from '../../../src/shared/environments/custom/custom-environment.ts';
import type { EnvironmentDefinition } from '../../../src/shared/environments/environment.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { drawModel } from '../../fixtures/model-files.ts';
import { maskedChoices } from './policies.ts';

const network: JobRequest['network'] = { shared: false, layers: [{ type: 'dense', units: 4 }] };

function find(id: string): EnvironmentDefinition {
  const definition = builtInEnvironments.find((candidate) => candidate.id === id);
  if (!definition) throw new Error(`there is no ${id}`);
  return definition;
}

async function open(
  definition: EnvironmentDefinition,
  request: Omit<JobRequest, 'environment'> = { network },
): Promise<Policy> {
  const { files } = drawModel(request, definition, 3);
  return await loadPolicy(zipSync(Object.fromEntries(files)));
}

const cartPole = await open(find('CartPole-v1'));
const masked = await open(find('MaskedIdentity-v0'));
const choices = await open(maskedChoices);
const pendulum = await open(find('Pendulum-v1'), { algorithm: 'a3c', network, policy: { type: 'gaussian' } });
const recurrent = await open(find('CartPolePositions-v0'), {
  network: { shared: false, layers: [{ type: 'lstm', units: 5 }] },
});
const picture = await open(find('Catch-v0'), {});
const ddpg = await open(find('Pendulum-v1'), { algorithm: 'ddpg', network });

const one = [1, 0, 0, 0, 0, 0];

describe('predict', () => {
  it.each<{ what: string; policy: Policy; given: Observation; options?: PredictOptions; refusal: RegExp }>([
    {
      what: 'an observation of another length',
      policy: cartPole,
      given: [1, 2, 3],
      refusal: /CartPole-v1 was given an observation of 3 numbers; its space has the shape \[4\]/,
    },
    {
      what: 'NaN',
      policy: cartPole,
      given: new Float32Array([1, 2, Number.NaN, 4]),
      refusal: /element 2 is NaN; observations must be finite/,
    },
    {
      what: 'a number beyond 32 bits',
      policy: cartPole,
      given: [1e39, 0, 0, 0],
      refusal: /element 0 is 1e\+39/,
    },
    {
      what: 'another nesting',
      policy: picture,
      given: [[[1, 2]]],
      refusal: /on axis 0; its space has the shape \[10, 10, 2\]/,
    },
    {
      what: 'no mask, though trained with masks',
      policy: masked,
      given: one,
      refusal:
        /no action mask, and it was trained with masks of 6 elements: pass what the environment allows as `mask`/,
    },
    {
      what: 'a mask of another size',
      policy: masked,
      given: one,
      options: { mask: [1, 1] },
      refusal: /an action mask of 2 elements; expected 6 elements/,
    },
    {
      what: 'a mask of another size for several choices',
      policy: choices,
      given: [0, 0, 0],
      options: { mask: [1, 1, 1] },
      refusal: /an action mask of 3 elements; expected 5 \(3 \+ 2\) elements/,
    },
    {
      what: 'a mask that forbids everything',
      policy: masked,
      given: one,
      options: { mask: [0, 0, 0, 0, 0, 0] },
      refusal: /forbids every action; if no action is possible, end the episode/,
    },
    {
      what: 'a mask that forbids one choice',
      policy: choices,
      given: [0, 0, 0],
      options: { mask: [0, 0, 0, 1, 1] },
      refusal: /forbids every action of choice 0 \(elements 0 to 2\)/,
    },
    {
      what: 'a mask that forbids the last choice',
      policy: choices,
      given: [0, 0, 0],
      options: { mask: [0, 1, 0, 0, 0] },
      refusal: /forbids every action of choice 1 \(elements 3 to 4\)/,
    },
    {
      what: 'a mask of other numbers',
      policy: masked,
      given: one,
      options: { mask: [1, 1, 1, 0.5, 1, 1] },
      refusal: /element 3 is 0.5; expected 0, 1, false or true/,
    },
    {
      what: 'a mask for a box',
      policy: pendulum,
      given: [1, 0, 0],
      options: { mask: [1] },
      refusal: /its actions are a box: leave the mask out/,
    },
    {
      what: 'no state, though recurrent',
      policy: recurrent,
      given: [0, 0],
      refusal:
        /no state, and it remembers earlier steps: pass the `state` of its previous prediction, or null/,
    },
    {
      what: 'a state of another size',
      policy: recurrent,
      given: [0, 0],
      options: { state: new Float32Array(3) },
      refusal: /a state of 3 numbers; expected the 20 numbers/,
    },
    {
      what: 'a state that is not finite',
      policy: recurrent,
      given: [0, 0],
      options: { state: new Float32Array(20).fill(Number.NaN) },
      refusal: /a state that has numbers which are not finite/,
    },
    {
      what: 'a state, though not recurrent',
      policy: cartPole,
      given: [0, 0, 0, 0],
      options: { state: new Float32Array(3) },
      refusal: /it remembers nothing: leave the state out/,
    },
    {
      what: 'numbers that the network cannot compute with',
      policy: pendulum,
      given: [3e38, 3e38, 3e38],
      refusal: /numbers are so large/,
    },
  ])('refuses $what', ({ policy, given, options, refusal }) => {
    const predict = () => policy.predict(given, options);
    expect(predict).toThrow(refusal);
    expect(predict).toThrow(expect.objectContaining({ code: 'INVALID_PREDICTION_INPUT' }));
  });

  it('takes observations flat and nested, and masks of numbers and of booleans', () => {
    const flat = Array.from({ length: 200 }, (_, index) => Math.sin(index));
    const nested = Array.from({ length: 10 }, (_, row) =>
      Array.from({ length: 10 }, (_unused, column) =>
        flat.slice(20 * row + 2 * column, 20 * row + 2 * column + 2),
      ),
    );
    expect(picture.predict(nested)).toEqual(picture.predict(flat));
    const mask = [0, 0, 1, 0, 0, 0];
    expect(masked.predict(one, { mask }).action).toBe(2);
    expect(masked.predict(one, { mask: mask.map(Boolean) }).action).toBe(2);
    expect(choices.predict([0, 0, 0], { mask: [0, 1, 0, 1, 0] }).action).toEqual([1, 0]);
  });

  it('continues from the state that it is given, and leaves states alone that it returned', () => {
    const begin = (observation: number[]) => recurrent.predict(observation, { state: null }).state;
    const first = begin([0.5, -0.5]);
    const copy = first?.slice();
    const second = recurrent.predict([0.5, -0.5], { state: first }).state;
    expect(second).not.toEqual(first);
    expect(first).toEqual(copy);
    // Another episode in between.
    begin([-2, 2]);
    expect(recurrent.predict([0.5, -0.5], { state: first }).state).toEqual(second);
    expect(begin([0.5, -0.5])).toEqual(copy);
  });

  it('draws as the distribution says, inside the mask and the box, and again with the same seed', () => {
    const draw = (seed: number) => {
      const random = Random.fromSeed(seed);
      return Array.from(
        { length: 300 },
        () => masked.predict(one, { mask: [1, 1, 0, 1, 1, 1], deterministic: false, random }).action,
      );
    };
    const drawn = draw(5);
    expect(draw(5)).toEqual(drawn);
    expect(draw(6)).not.toEqual(drawn);
    expect(new Set(drawn).size).toBeGreaterThan(2);
    expect(drawn).not.toContain(2);
    const actions = Array.from(
      { length: 300 },
      () => pendulum.predict([1, 0, 0], { deterministic: false }).action,
    );
    expect(actions.flat().every((action) => Math.abs(action) <= 2)).toBe(true);
    expect(new Set(actions.flat()).size).toBeGreaterThan(30);
    expect(cartPole.predict([0, 0, 0, 0]).action).toBe(cartPole.predict([0, 0, 0, 0]).action);
  });

  it('carries the state of drawn actions too, and gives the only action of a deterministic policy', () => {
    const { state } = recurrent.predict([0.5, -0.5], { state: null });
    const drawn = recurrent.predict([0.5, -0.5], { state: null, deterministic: false });
    expect(drawn.state).toEqual(state);
    expect(ddpg.predict([1, 0, 0], { deterministic: false })).toEqual(ddpg.predict([1, 0, 0]));
  });
});
