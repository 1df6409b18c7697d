import { describe, expect, it } from 'vitest';
import { gaussianTarget } from '../../../../src/shared/environments/gaussian-target.ts';
import { Random } from '../../../../src/shared/random/random.ts';

const random = Random.fromSeed(1);

describe('GaussianTarget', () => {
  it.each([
    { action: 4, reward: 1 },
    { action: 3.75, reward: 1 },
    { action: 4.25, reward: 1 },
    { action: 3.5, reward: 0.5 },
    { action: 4.5, reward: 0.5 },
    { action: 0, reward: 0.0625 },
    { action: -1, reward: 0.05 },
    { action: 9, reward: 0.05 },
  ])('pays $reward for $action', ({ action, reward }) => {
    const environment = gaussianTarget.create();
    environment.reset(random);
    expect(environment.step(Float32Array.of(action), 0, random)).toBe(reward);
  });

  it('shows 1 and ends after one step, every time', () => {
    const environment = gaussianTarget.create();
    const observation = new Float32Array(1);
    for (let episode = 0; episode < 3; episode += 1) {
      environment.reset(random);
      expect(environment.terminated).toBe(false);
      environment.observe(observation, 0);
      expect(observation[0]).toBe(1);
      environment.step(Float32Array.of(4), 0, random);
      expect(environment.terminated).toBe(true);
    }
  });
});
