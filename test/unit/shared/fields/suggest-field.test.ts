import { describe, expect, it } from 'vitest';
import { describeFields } from '../../../../src/shared/fields/describe-fields.ts';
import { describeIssues } from '../../../../src/shared/fields/describe-issues.ts';
import { suggestField } from '../../../../src/shared/fields/suggest-field.ts';
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
  ])('by %s is %s', (unknown, meant) => {
    expect(suggestField(unknown, paths)).toBe(meant);
  });

  it.each(['xyzzy', 'q', '', 'constructor', '__proto__'])('is none for %s', (unknown) => {
    expect(suggestField(unknown, paths)).toBeNull();
  });

  it('is not looked for where a name is longer than any', () => {
    expect(suggestField(`workers.${'x'.repeat(100_000)}`, paths)).toBeNull();
  });
});

/** What the schema of a job says of a value. */
function describeRefusal(value: unknown) {
  const parsed = jobRequestSchema.safeParse(value);
  return parsed.success ? [] : describeIssues(jobRequestSchema, parsed.error.issues);
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

  it('suggests for a few fields only, however many are unknown', () => {
    const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`workers${index}`, 1]));
    const refusal = describeRefusal({ environment: 'CartPole-v1', ...fields });
    expect(refusal).toHaveLength(1000);
    expect(refusal.filter(({ message }) => message.includes('workers?'))).toHaveLength(8);
  });
});
