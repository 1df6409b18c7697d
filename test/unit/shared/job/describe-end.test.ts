import { describe, expect, it } from 'vitest';
import { describeEnd } from '../../../../src/shared/job/describe-end.ts';
import { jobDefaults } from '../../../../src/shared/job/job-defaults.ts';
import { exampleFigures } from '../../../fixtures/example-figures.ts';

const figures = exampleFigures(300_000);
const stop = { ...jobDefaults.stop, maxSteps: 300_000, targetReward: 475 };
const withAverage = (movingAverage: number | null) => ({
  ...figures,
  reward: { ...figures.reward, movingAverage },
});

describe('describeEnd', () => {
  it('distinguishes a job that reached its target from one that ran out of its budget', () => {
    expect(describeEnd('targetReward', stop, withAverage(476.249))).toBe(
      'reached its target: moving average 476.25, targetReward 475',
    );
    expect(describeEnd('maxSteps', stop, withAverage(350))).toBe(
      'ran out of steps (maxSteps 300000) before its target: moving average 350, targetReward 475',
    );
    expect(describeEnd('maxEpisodes', { ...stop, maxEpisodes: 9000 }, withAverage(350))).toMatch(
      /^ran out of episodes \(maxEpisodes 9000\) before its target/,
    );
    expect(describeEnd('maxSeconds', { ...stop, maxSeconds: 1.5 }, withAverage(350))).toMatch(
      /^ran out of time \(maxSeconds 1\.5\) before its target/,
    );
  });

  it('says of a job without a target that it had none', () => {
    expect(describeEnd('maxSteps', { ...stop, targetReward: null }, figures)).toBe(
      'used all its steps (maxSteps 300000); it had no target',
    );
  });

  it('says of a plateau and of a collapse what was lost or not won', () => {
    const noImprovement = { evaluations: 5, delta: 2 };
    const best = { ...figures, reward: { ...figures.reward, best: 312.456 } };
    expect(describeEnd('noImprovement', { ...stop, noImprovement }, best)).toBe(
      'stopped on a plateau: no improvement by more than 2 in 5 evaluations; best evaluation 312.46',
    );
    expect(describeEnd('collapse', { ...stop, collapse: { fraction: 0.5 } }, withAverage(80))).toBe(
      'stopped after a collapse: moving average 80, which has lost 50 % or more of its gain; the best model is kept',
    );
  });

  it('explains a moving average above the target without success: too few episodes, or none', () => {
    const few = { ...withAverage(480), progress: { ...figures.progress, episodes: 40 } };
    expect(describeEnd('maxSteps', stop, few)).toContain('moving average 480 of only 40 episodes');
    expect(describeEnd('maxSteps', stop, withAverage(null))).toContain('before its target: no episode ended');
  });
});
