import { expect, it } from 'vitest';
import { mergeSettings } from '../../../src/cli/settings/merge-settings.ts';

const file = {
  environment: 'CartPole-v1',
  stop: { maxSteps: 5, maxSeconds: 6 },
  optimizer: { type: 'adam', learningRate: 0.1, beta1: 0.5 },
  metadata: { a: 1 },
};
const merge = (...flags: (readonly [string, unknown])[]) => mergeSettings(file, new Map(flags));

it('flags win over the file, field by field', () => {
  expect(merge(['stop.maxSteps', 9], ['discount', 0.5], ['metadata', { b: 2 }])).toEqual({
    ...file,
    stop: { maxSteps: 9, maxSeconds: 6 },
    discount: 0.5,
    metadata: { b: 2 },
  });
  expect(file.stop.maxSteps).toBe(5);
});

it('another kind of an object leaves nothing of the kind in the file, whatever the order of the flags', () => {
  const rms = { type: 'rmsprop', decay: 0.9 };
  expect(merge(['optimizer.decay', 0.9], ['optimizer.type', 'rmsprop'])).toEqual({ ...file, optimizer: rms });
  expect(merge(['optimizer.type', 'adam'], ['optimizer.beta1', 0.9])).toEqual({
    ...file,
    optimizer: { ...file.optimizer, beta1: 0.9 },
  });
});

it('a file cannot reach the prototype of objects', () => {
  const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}}');
  mergeSettings({ ...(typeof hostile === 'object' ? hostile : {}) }, new Map([['stop.maxSteps', 1]]));
  expect({}).not.toHaveProperty('polluted');
});
