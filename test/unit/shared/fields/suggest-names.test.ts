import { describe, expect, it } from 'vitest';
import { describeFields } from '../../../../src/shared/fields/describe-fields.ts';
import { describeIssues } from '../../../../src/shared/fields/describe-issues.ts';
import { suggestChoice, suggestFields } from '../../../../src/shared/fields/suggest-names.ts';
import { jobRequestSchema } from '../../../../src/shared/job/job-spec.ts';

const paths = describeFields(jobRequestSchema).map(({ path }) => path);

describe('the field that was meant', () => {
  it.each([
    ['learning_rate', 'optimizer.learningRate'],
    ['learningRate', 'optimizer.learningRate'],
    ['lr', 'optimizer.learningRate'],
    ['optimizer.learning_rate', 'optimizer.learningRate'],
    ['optimizer-learning-rate', 'optimizer.learningRate'],
    ['env', 'environment'],
    ['enviroment', 'environment'],
    ['n_steps', 'rolloutLength'],
    ['gamma', 'discount'],
    ['max_steps', 'stop.maxSteps'],
    ['stop.max_step', 'stop.maxSteps'],
    ['ent_coef', 'entropyCoefficient'],
    ['worker', 'workers'],
    ['optimiser', 'optimizer'],
    ['policy.typ', 'policy.type'],
    ['optimizer.typ', 'optimizer.type'],
    ['roloutLenght', 'rolloutLength'],
    ['max_gradient_norm', 'maxGradientNorm'],
    ['clip_range', 'ppo.clipRange'],
    ['optimizer.rolloutLength', 'rolloutLength'],
    ['maxSteps', 'stop.maxSteps'],
  ])('by %s is %s', (unknown, meant) => {
    expect(suggestFields(unknown, paths)).toEqual([meant]);
  });

  it.each(['xyzzy', 'q', '', 'constructor', '__proto__'])('is none for %s', (unknown) => {
    expect(suggestFields(unknown, paths)).toEqual([]);
  });

  it('is not looked for where a name is longer than any', () => {
    expect(suggestFields(`workers.${'x'.repeat(100_000)}`, paths)).toEqual([]);
  });
});

describe('the choice that was meant', () => {
  it.each([
    ['ppo2', 'ppo'],
    ['A2C', 'a2c'],
    ['actorCritic', 'actor-critic'],
    ['reinf', 'reinforce'],
    ['dqn', null],
    ['', null],
    ['x'.repeat(100_000), null],
  ])('by %s is %s', (value, meant) => {
    expect(suggestChoice(value, ['a3c', 'a2c', 'actor-critic', 'ppo', 'reinforce'])).toBe(meant);
  });
});

/** What the schema of a job says of a value. */
function describeRefusal(value: unknown) {
  const parsed = jobRequestSchema.safeParse(value);
  return parsed.success ? [] : describeIssues(jobRequestSchema, parsed.error.issues, value);
}

describe('the mistakes in a job', () => {
  it('names each unknown field with a suggestion', () => {
    const refusal = describeRefusal({
      environment: 'CartPole-v1',
      learning_rate: 0.1,
      xyzzy: 1,
      stop: { maxStep: 1 },
    });
    expect(refusal).toHaveLength(3);
    expect(refusal).toEqual(
      expect.arrayContaining([
        { path: 'learning_rate', message: 'unknown field; did you mean optimizer.learningRate?' },
        { path: 'xyzzy', message: 'unknown field' },
        { path: 'stop.maxStep', message: 'unknown field; did you mean stop.maxSteps?' },
      ]),
    );
  });

  it('calls a missing field required, and says what is expected of an invalid one', () => {
    expect(describeRefusal({})).toEqual([{ path: 'environment', message: 'required' }]);
    expect(describeRefusal({ environment: 7 })).toEqual([
      { path: 'environment', message: 'Invalid input: expected string, received number' },
    ]);
  });

  it('names several fields where another library has one name for them', () => {
    expect(describeRefusal({ environment: 'CartPole-v1', n_envs: 8 })).toEqual([
      { path: 'n_envs', message: 'unknown field; did you mean workers or environmentsPerWorker?' },
    ]);
  });

  it('suggests a value for a choice, also where it chooses a kind of object', () => {
    const refusal = describeRefusal({
      environment: 'CartPole-v1',
      algorithm: 'ppo2',
      policy: { type: 'gausian' },
      network: { layers: [{ type: 'dense', units: 8, activation: 'relu6' }] },
      optimizer: { type: 'sgd' },
    });
    expect(refusal.map(({ path, message }) => `${path}: ${message.replace(/^.*; /, '')}`)).toEqual([
      'algorithm: did you mean ppo?',
      'optimizer.type: Invalid option: expected one of "adam"|"rmsprop"',
      'network.layers.0.activation: did you mean relu?',
      'policy.type: did you mean gaussian?',
    ]);
  });

  it('suggests for a few fields only, however many are unknown', () => {
    const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`workers${index}`, 1]));
    const refusal = describeRefusal({ environment: 'CartPole-v1', ...fields });
    expect(refusal).toHaveLength(1000);
    expect(refusal.filter(({ message }) => message.includes('workers?'))).toHaveLength(8);
  });
});
