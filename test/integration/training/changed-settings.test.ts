// Settings that are changed while a run trains, and limits of what its rewards do.
import { describe, expect, it } from 'vitest';
import type { TrainingFigures } from '../../../src/shared/job/job.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import { changeSpec, type JobChanges } from '../../../src/shared/job/job-changes.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { startTraining } from '../../fixtures/start-training.ts';

const request: JobRequest = {
  environment: 'CartPole-v1',
  workers: 1,
  seed: 1,
  stop: { maxSteps: 1e9, targetReward: null },
};
const spec = resolveJobSpec(
  request,
  new EnvironmentRegistry(builtInEnvironments).get('CartPole-v1'),
  () => 1,
);

/** Trains until `isReached`, with changed settings since the first report; returns the last metrics. */
async function trainWith(
  given: JobRequest,
  changes: JobChanges,
  isReached: (figures: TrainingFigures) => boolean,
): Promise<TrainingFigures> {
  let isChanged = false;
  const run = startTraining(given, {
    listener: {
      onFigures: (figures) => {
        if (figures.progress.steps === 0) return;
        if (!isChanged) run.change(changeSpec(spec, changes));
        else if (isReached(figures)) run.stop('cancelled');
        isChanged = true;
      },
    },
  });
  return (await run.finished).figures;
}

describe('a run', () => {
  it('trains with another learning rate and entropy coefficient from the next update on', async () => {
    // With a bonus of this size, nothing can be learned but to choose by chance.
    const { learning } = await trainWith(
      { ...request, entropyCoefficient: 10 },
      { optimizer: { learningRate: 0.002 }, entropyCoefficient: 0.01 },
      ({ reward }) => (reward.movingAverage ?? 0) > 150,
    );
    expect(learning.learningRate).toBeCloseTo(0.002, 4);
  });

  it('does not move any more with learning rates that are next to nothing', async () => {
    const still = { learningRate: 1e-30, criticLearningRate: 1e-30 };
    const train = async (maxSteps: number): Promise<Float32Array> => {
      const stop = { maxSteps, targetReward: null };
      const run = startTraining({ ...request, algorithm: 'a2c', stop });
      run.change(changeSpec(spec, { optimizer: still, stop }));
      return (await run.finished).finalParameters;
    };
    const [first, last] = [await train(1), await train(20_000)];
    const moved = first.map((value, index) => Math.abs(value - (last[index] ?? Number.NaN)));
    expect(Math.max(...moved)).toBeLessThan(1e-20);
  });

  it('ends at a limit that was lowered', async () => {
    const { progress } = await trainWith(request, { stop: { maxSteps: 1 } }, () => false);
    expect(progress.fraction).toBe(1);
  });

  it('ends on a plateau', async () => {
    const { reason } = await startTraining({
      ...request,
      optimizer: { learningRate: 1e-30 },
      evaluation: { everySteps: 100, episodes: 1 },
      // No return is higher than 500.
      stop: { targetReward: null, noImprovement: { evaluations: 3, delta: 501 } },
    }).finished;
    expect(reason).toBe('noImprovement');
  });

  it('ends when it collapses, and has kept the best parameters', { timeout: 60_000 }, async () => {
    let isChanged = false;
    let highest = 0;
    const run = startTraining(
      { ...request, stop: { maxSteps: 1e9, targetReward: null, collapse: { fraction: 0.5 } } },
      {
        listener: {
          // A fast run may rise and fall by chance between two reports.
          onCurvePoint: ({ reward }) => {
            highest = Math.max(highest, reward.movingAverage ?? 0);
          },
          onFigures: ({ reward }) => {
            highest = Math.max(highest, reward.movingAverage ?? 0);
            if (isChanged || (reward.movingAverage ?? 0) < 200) return;
            isChanged = true;
            // It must choose its actions by chance from now on.
            run.change(
              changeSpec(spec, {
                entropyCoefficient: 10,
                stop: { maxSteps: 1e9, collapse: { fraction: 0.5 } },
              }),
            );
          },
        },
      },
    );
    const { reason, best, figures } = await run.finished;
    expect(reason).toBe('collapse');
    // Half of the gain since the first full window, whose mean may have been up to 120.
    expect(figures.reward.movingAverage).toBeLessThan(0.8 * highest);
    expect(best?.evaluation.mean).toBeGreaterThan(150);
  });
});
