import { describe, expect, it } from 'vitest';
import { TrainingStatistics } from '../../../../src/master/learner/training-statistics.ts';
import type { JobSpec } from '../../../../src/shared/job/job-spec.ts';
import { trainingFiguresSchema } from '../../../../src/shared/job/job.ts';
import {
  gradientMeasureNames,
  createEmptyMetrics,
  packMetrics,
  type GradientMetrics,
} from '../../../../src/shared/measures/measures.ts';
import { measurementsLength, type GradientHeader } from '../../../../src/shared/protocol/gradient-buffer.ts';
import { exampleSpec } from '../../../fixtures/example-job.ts';

const header: GradientHeader = { parameterVersion: 0, steps: 20, episodes: 0, coverage: 'everything' };
const metrics: GradientMetrics = {
  ...createEmptyMetrics(),
  policyLoss: 1,
  valueLoss: 2,
  entropy: 3,
  gradientNorm: 4,
};
const counters = { updates: 0, refusedGradients: 0, staleGradients: 0, workerRestarts: 0 };

function createStatistics(stop: Partial<JobSpec['stop']> = {}): TrainingStatistics {
  const noLimits = { ...exampleSpec.stop, maxSteps: null };
  return new TrainingStatistics({ spec: { ...exampleSpec, stop: { ...noLimits, ...stop } } }, 0);
}

/** Folds in a gradient like the others but for what is given. */
function addGradient(
  statistics: TrainingStatistics,
  staleness: number,
  { phaseTimes = [], ...changes }: Partial<GradientHeader & GradientMetrics> & { phaseTimes?: number[] } = {},
): void {
  const packed = new Float64Array(measurementsLength);
  packMetrics({ ...metrics, ...changes }, packed, 0);
  packed.set(phaseTimes, gradientMeasureNames.length);
  statistics.addGradient({ ...header, ...changes }, packed, staleness);
}

describe('rewards', () => {
  it('average over the last 100 episodes', () => {
    const statistics = createStatistics();
    for (let episode = 1; episode <= 250; episode += 1) statistics.addEpisode(episode, 5);
    const { reward, progress } = statistics.read(1000, counters);
    expect(reward.movingAverage).toBe((151 + 250) / 2);
    expect(reward.last).toBe(250);
    expect(progress.episodes).toBe(250);
  });

  it('have a moving average from the first episode on, but a full one only after 100', () => {
    const statistics = createStatistics();
    expect(statistics.read(1, counters).reward.movingAverage).toBeNull();
    for (let episode = 1; episode < 100; episode += 1) statistics.addEpisode(7, 5);
    expect(statistics.read(1, counters).reward.movingAverage).toBe(7);
    expect(statistics.fullMovingAverage).toBeNull();
    statistics.addEpisode(107, 5);
    expect(statistics.fullMovingAverage).toBe(8);
  });

  it('have an exponential average of 0.99 of the last and 0.01 of the new, beginning with the first', () => {
    const statistics = createStatistics();
    expect(statistics.read(1, counters).reward.exponentialMovingAverage).toBeNull();
    const averages = [10, 20, 0].map((episodeReturn) => {
      statistics.addEpisode(episodeReturn, 5);
      return statistics.read(1, counters).reward.exponentialMovingAverage;
    });
    expect(averages[0]).toBe(10);
    expect(averages[1]).toBeCloseTo(0.99 * 10 + 0.01 * 20, 12);
    expect(averages[2]).toBeCloseTo(0.99 * 10.1, 12);
  });

  it('show the newest evaluation and the best mean of all', () => {
    const statistics = createStatistics();
    const evaluation = { standardDeviation: 0, min: 0, max: 0, episodes: 10, steps: 1 };
    for (const mean of [50, 90, 70]) statistics.addEvaluation({ ...evaluation, mean });
    const { reward } = statistics.read(1, counters);
    expect(reward.best).toBe(90);
    expect(reward.evaluation?.mean).toBe(70);
  });
});

describe('gradients', () => {
  it('count their steps and average their losses and staleness', () => {
    const statistics = createStatistics();
    addGradient(statistics, 1);
    addGradient(statistics, 4, { steps: 40, policyLoss: -3, gradientNorm: 6 });
    addGradient(statistics, 1, { policyLoss: 5, gradientNorm: 8 });
    const figures = statistics.read(2000, {
      updates: 3,
      refusedGradients: 2,
      staleGradients: 0,
      workerRestarts: 1,
    });
    expect(figures.progress).toMatchObject({ steps: 80, updates: 3, elapsedSeconds: 2 });
    expect(figures.losses).toEqual({ policy: 1, value: 2, entropy: 3, gradientNorm: 6 });
    expect(figures.staleness).toEqual({ mean: 2, max: 4 });
    expect(figures.throughput).toEqual({ stepsPerSecond: 40, updatesPerSecond: 1.5 });
    expect(figures).toMatchObject({ refusedGradients: 2, staleGradients: 0, workerRestarts: 1 });
  });

  it('leave figures of old behind', () => {
    const statistics = createStatistics();
    addGradient(statistics, 9, { policyLoss: 100 });
    for (const second of [1, 2, 3, 4]) {
      statistics.read(second * 1000, counters);
      addGradient(statistics, 0);
    }
    const figures = statistics.read(5000, counters);
    expect(figures.losses.policy).toBe(1);
    expect(figures.staleness.max).toBe(0);
    expect(figures.progress.steps).toBe(100);
    expect(figures.throughput.stepsPerSecond).toBe(20);
  });

  it('of the window before count until the current one is long enough', () => {
    const statistics = createStatistics();
    addGradient(statistics, 4, { policyLoss: 3 });
    statistics.read(1000, counters);
    addGradient(statistics, 2, { policyLoss: 1 });
    const figures = statistics.read(2000, counters);
    expect(figures.staleness).toEqual({ mean: 3, max: 4 });
    expect(figures.losses.policy).toBe(2);
    expect(figures.throughput.stepsPerSecond).toBe(20);
  });

  it('that are for no parameters count their steps only', () => {
    const statistics = createStatistics();
    addGradient(statistics, 9, { coverage: 'nothing', policyLoss: 100 });
    addGradient(statistics, 1);
    const figures = statistics.read(1000, counters);
    expect(figures.progress.steps).toBe(40);
    expect(figures.losses.policy).toBe(1);
    expect(figures.staleness).toEqual({ mean: 1, max: 1 });
  });

  it('of a round that was applied as one update count as one', () => {
    const statistics = createStatistics();
    const rate = (nowMs: number, updates: number): number =>
      statistics.read(nowMs, { ...counters, updates }).throughput.updatesPerSecond;
    for (const seconds of [1, 2, 3, 4]) {
      addGradient(statistics, 0);
      addGradient(statistics, 0);
      expect(rate(seconds * 1000, seconds)).toBe(1);
    }
    expect(createStatistics().read(1000, counters).throughput.updatesPerSecond).toBe(0);
  });

  it('with losses that are not finite leave the average unknown instead of breaking it', () => {
    const statistics = createStatistics();
    addGradient(statistics, 0, { policyLoss: Number.NaN, valueLoss: Infinity });
    const figures = statistics.read(100, counters);
    expect(figures.losses).toEqual({ policy: null, value: null, entropy: 3, gradientNorm: 4 });
    expect(trainingFiguresSchema.parse(figures)).toEqual(figures);
  });

  it('are averaged over those that have a figure', () => {
    const statistics = createStatistics();
    for (const explainedVariance of [0.5, Number.NaN, 0.25])
      addGradient(statistics, 0, { explainedVariance });
    expect(statistics.read(100, counters).learning.explainedVariance).toBe(0.375);
  });

  it('have figures of the right form before the first', () => {
    const figures = createStatistics().read(0, counters);
    expect(trainingFiguresSchema.parse(figures)).toEqual(figures);
    expect(figures.losses.policy).toBeNull();
  });
});

describe('shares of time', () => {
  it('are unknown until a rollout was timed', () => {
    const statistics = createStatistics();
    addGradient(statistics, 0);
    const unknown = { acting: null, stepping: null, learning: null, waiting: null };
    expect(statistics.read(100, counters).workerTime).toEqual(unknown);
  });

  it('weigh rollouts by the time they took, and those without gradient too', () => {
    const statistics = createStatistics();
    addGradient(statistics, 0, { phaseTimes: [1, 0, 3, 0] });
    addGradient(statistics, 0);
    addGradient(statistics, 0, { phaseTimes: [1, 6, 1, 8], coverage: 'nothing' });
    const { workerTime } = statistics.read(100, counters);
    expect(workerTime).toEqual({ acting: 0.1, stepping: 0.3, learning: 0.2, waiting: 0.4 });
  });

  it('are of the last second, or of the last rollout that was timed', () => {
    const statistics = createStatistics();
    const readStepping = (nowMs: number) => statistics.read(nowMs, counters).workerTime.stepping;
    addGradient(statistics, 0, { phaseTimes: [1, 1, 1, 1] });
    expect(readStepping(1000)).toBe(0.25);
    addGradient(statistics, 0, { phaseTimes: [0, 4, 0, 0] });
    expect(readStepping(2000)).toBe(0.625);
    expect(readStepping(3000)).toBe(1);
    for (const seconds of [4, 5, 6]) expect(readStepping(seconds * 1000)).toBe(1);
  });
});

describe('the learning rate', () => {
  it('falls with the steps where the schedule is linear', () => {
    const statistics = createStatistics({ maxSteps: 100 });
    expect(statistics.read(0, counters).learning.learningRate).toBe(0.001);
    for (let gradient = 0; gradient < 2; gradient += 1) addGradient(statistics, 0, { steps: 25 });
    expect(statistics.read(1, counters).learning.learningRate).toBeCloseTo(0.0005);
  });
});

describe('the episode length', () => {
  it('is the mean of the newest episodes, also of a run that goes on', () => {
    const statistics = createStatistics();
    expect(statistics.read(0, counters).learning.episodeLength).toBeNull();
    for (const length of [10, 20, 60]) statistics.addEpisode(1, length);
    expect(statistics.read(0, counters).learning.episodeLength).toBe(30);
    const later = createStatistics();
    later.setState(statistics.getState(0), 0);
    later.addEpisode(1, 110);
    expect(later.read(0, counters).learning.episodeLength).toBe(50);
  });
});

describe('the fraction done', () => {
  it('is that of the nearest limit', () => {
    const statistics = createStatistics({ maxSteps: 200, maxEpisodes: 4, maxSeconds: 100 });
    addGradient(statistics, 0);
    expect(statistics.read(1000, counters).progress.fraction).toBe(0.1);
    statistics.addEpisode(1, 5);
    expect(statistics.read(1000, counters).progress.fraction).toBe(0.25);
    expect(statistics.read(60_000, counters).progress.fraction).toBe(0.6);
    expect(statistics.read(160_000, counters).progress.fraction).toBe(1);
  });

  it('is 0 where only a reward ends the job', () => {
    const statistics = createStatistics({ targetReward: 10 });
    addGradient(statistics, 0);
    expect(statistics.read(1000, counters).progress.fraction).toBe(0);
  });
});

describe('statistics that go on from a state', () => {
  it('average and count on, with the time that was spent', () => {
    const [first, second] = [createStatistics(), createStatistics()];
    for (let episode = 1; episode <= 130; episode += 1) first.addEpisode(episode, 5);
    addGradient(first, 0);
    second.setState(structuredClone(first.getState(5000)), 90_000);
    for (const statistics of [first, second]) statistics.addEpisode(1000, 5);
    const expected = first.read(6000, counters);
    const { progress, reward } = second.read(91_000, counters);
    expect(reward).toEqual(expected.reward);
    expect(progress).toEqual(expected.progress);
  });
});
