// Metrics of a run: steps, episodes, averages, staleness, evaluations.
import { describe, expect, it } from 'vitest';
import { countBuffersPerWorker } from '../../../src/shared/job/count-buffers.ts';
import {
  trainingFiguresSchema,
  type EvaluationResult,
  type TrainingFigures,
} from '../../../src/shared/job/job.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import type { EpisodeRecord } from '../../../src/shared/protocol/messages.ts';
import { startTraining } from '../../fixtures/start-training.ts';

const rolloutLength = 20;
const environmentsPerWorker = 4;
const rolloutSteps = rolloutLength * environmentsPerWorker;
const base: JobRequest = {
  environment: 'CartPole-v1',
  seed: 1,
  workers: 2,
  rolloutLength,
  environmentsPerWorker,
  stop: { maxSteps: 100_000, targetReward: null },
  evaluation: { episodes: 2, everySteps: 10_000 },
};

/** Everything a run tells, and what it came to. */
async function listen(changes: Partial<JobRequest> = {}) {
  const episodes: EpisodeRecord[] = [];
  const reports: { figures: TrainingFigures; episodes: readonly EpisodeRecord[] }[] = [];
  const evaluations: { evaluation: EvaluationResult; isBest: boolean }[] = [];
  const run = startTraining(
    { ...base, ...changes },
    {
      listener: {
        onEpisode: (episode) => episodes.push(episode),
        onFigures: (figures, recent) => reports.push({ figures, episodes: recent }),
        onEvaluation: (evaluation, isBest) => evaluations.push({ evaluation, isBest }),
      },
    },
  );
  return { outcome: await run.finished, episodes, reports, evaluations };
}

describe.each(['a3c', 'a2c'] as const)('a run of %s', async (algorithm) => {
  const { outcome, episodes, reports, evaluations } = await listen({ algorithm });
  const { progress, reward, staleness, throughput, losses } = outcome.figures;

  it('counts the steps of every gradient it applied', () => {
    const gradients = algorithm === 'a2c' ? 2 * progress.updates : progress.updates;
    expect(progress.steps).toBe(gradients * rolloutSteps);
    expect(outcome.figures).toMatchObject({ refusedGradients: 0, workerRestarts: 0 });
  });

  it('reports every episode once', () => {
    expect(episodes.map(({ episode }) => episode)).toEqual(
      Array.from({ length: progress.episodes }, (_, index) => index + 1),
    );
    const steps = episodes.reduce((sum, { length }) => sum + length, 0);
    expect(steps).toBeLessThanOrEqual(progress.steps);
    // What is missing are the episodes that were going on at the end.
    expect(steps).toBeGreaterThan(progress.steps - 2 * environmentsPerWorker * 500);
    for (const { length, return: episodeReturn } of episodes) expect(episodeReturn).toBe(length);
    // On a busy machine one of two asynchronous workers may have done all of so short a job.
    for (const { worker } of episodes) expect([0, 1]).toContain(worker);
    if (algorithm === 'a2c') expect(new Set(episodes.map(({ worker }) => worker)).size).toBe(2);
  });

  it('averages the returns of those episodes', () => {
    const returns = episodes.map((episode) => episode.return);
    const newest = returns.slice(-100);
    expect(reward.movingAverage).toBeCloseTo(newest.reduce((sum, item) => sum + item, 0) / 100, 9);
    expect(reward.exponentialMovingAverage).toBeCloseTo(
      returns.reduce((average, item) => 0.99 * average + 0.01 * item),
      9,
    );
    expect(reward.last).toBe(returns.at(-1));
  });

  it('reports figures that hold together', () => {
    for (const { figures } of reports) expect(trainingFiguresSchema.parse(figures)).toEqual(figures);
    const steps = reports.map(({ figures }) => figures.progress.steps);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(reports.at(-1)?.figures.progress).toMatchObject({ steps: progress.steps, fraction: 1 });
    for (const report of reports) expect(report.episodes.length).toBeLessThanOrEqual(10);
    expect(throughput.stepsPerSecond).toBeGreaterThan(0);
    const gradientsPerUpdate = algorithm === 'a2c' ? 2 : 1;
    const ratio = throughput.stepsPerSecond / throughput.updatesPerSecond;
    expect(ratio).toBeCloseTo(rolloutSteps * gradientsPerUpdate, 6);
    expect(losses.entropy).toBeGreaterThan(0);
    expect(losses.entropy).toBeLessThanOrEqual(Math.log(2) + 1e-6);
    expect(losses.gradientNorm).toBeGreaterThan(0);
  });

  it('has gradients no staler than it can be', () => {
    expect(staleness.mean).toBeLessThanOrEqual(staleness.max);
    if (algorithm === 'a2c') expect(staleness).toEqual({ mean: 0, max: 0 });
  });

  it('keeps the best of its evaluations', () => {
    let highest = -Infinity;
    for (const { evaluation, isBest } of evaluations) {
      expect(isBest).toBe(evaluation.mean >= highest);
      highest = Math.max(highest, evaluation.mean);
    }
    expect(evaluations.length).toBeGreaterThan(2);
    expect(reward.best).toBe(highest);
    expect(outcome.best?.evaluation.mean).toBe(highest);
    expect(reward.evaluation).toEqual(evaluations.at(-1)?.evaluation);
    expect(evaluations.at(-1)?.evaluation.steps).toBe(progress.steps);
  });

  it('evaluates with a small share of its steps', () => {
    const during = evaluations.slice(0, -1);
    const played = during.reduce((sum, { evaluation }) => sum + evaluation.mean * evaluation.episodes, 0);
    expect(played).toBeLessThanOrEqual(progress.steps / 5);
  });
});

describe('a single asynchronous worker', () => {
  it('is never more updates behind than it has gradients on the way', async () => {
    const { reports, outcome } = await listen({ workers: 1 });
    const buffers = countBuffersPerWorker(outcome.spec);
    for (const { figures } of reports) expect(figures.staleness.max).toBeLessThanOrEqual(buffers);
  });
});

describe('how learning goes', () => {
  it('is told by the critic, the schedule and the episodes, and by ppo how far its policy has moved', async () => {
    const request = { stop: { maxSteps: 20_000, targetReward: null }, optimizer: { learningRate: 0.002 } };
    const { reports, episodes } = await listen({
      ...request,
      algorithm: 'ppo',
      ppo: { epochs: 2, minibatches: 2 },
    });
    const { learning } = reports.at(-1)?.figures ?? {};
    expect(learning?.approximateKl).toBeGreaterThan(0);
    expect(learning?.approximateKl).toBeLessThan(0.5);
    expect(learning?.clipFraction).toBeGreaterThanOrEqual(0);
    expect(learning?.explainedVariance).toBeLessThanOrEqual(1);
    // The schedule is over, and so is the last of the episodes that count.
    expect(learning?.learningRate).toBe(0);
    const lengths = episodes.slice(-100).map(({ length }) => length);
    expect(learning?.episodeLength).toBeCloseTo(lengths.reduce((sum, one) => sum + one, 0) / lengths.length);
  });

  it('is unknown where an algorithm does not have it', async () => {
    const stop = { maxSteps: 5000, targetReward: null };
    const { outcome: a3c } = await listen({ stop });
    expect(a3c.figures.learning).toMatchObject({ approximateKl: null, clipFraction: null });
    expect(a3c.figures.learning.explainedVariance).toBeLessThanOrEqual(1);
    const { outcome: random } = await listen({ stop, algorithm: 'random' });
    expect(random.figures.learning).toMatchObject({ learningRate: null, explainedVariance: null });
    expect(random.figures.losses.policy).toBeNull();
  });
});
