import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainingFigures } from '../../../src/shared/job/job.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { startTraining } from '../../fixtures/start-training.ts';

const rolloutSteps = 40;
const identity: JobRequest = {
  environment: 'Identity-v0',
  seed: 1,
  rolloutLength: 10,
  environmentsPerWorker: 4,
  network: { layers: [{ type: 'dense', units: 8, activation: 'relu' }] },
};
/** Limits that are never reached by themselves. */
const endless = { maxSteps: 1e12, maxEpisodes: null, maxSeconds: null, targetReward: null };

const threads = new Set<Worker>();

function keepCount(thread: Worker): void {
  threads.add(thread);
  thread.once('exit', () => threads.delete(thread));
}

beforeAll(() => {
  process.on('worker', keepCount);
});

afterAll(() => {
  process.off('worker', keepCount);
});

describe.each(['a3c', 'a2c', 'random'] as const)('a run of %s ends', (algorithm) => {
  it('with maxSteps, at the first update that reaches it', async () => {
    const run = startTraining({ ...identity, algorithm, stop: { ...endless, maxSteps: 4010 } });
    const { reason, figures } = await run.finished;
    expect(reason).toBe('maxSteps');
    const atOnce = algorithm === 'a2c' ? 2 * rolloutSteps : rolloutSteps;
    expect(figures.progress.steps).toBe(Math.ceil(4010 / atOnce) * atOnce);
    expect(figures.progress.fraction).toBe(1);
  });

  it('with maxEpisodes', async () => {
    const run = startTraining({ ...identity, algorithm, stop: { ...endless, maxEpisodes: 150 } });
    const { reason, figures } = await run.finished;
    expect(reason).toBe('maxEpisodes');
    expect(figures.progress.episodes).toBeGreaterThanOrEqual(150);
    expect(figures.progress.episodes).toBeLessThan(150 + 8);
  });

  it('with maxSeconds', async () => {
    const run = startTraining({ ...identity, algorithm, stop: { ...endless, maxSeconds: 0.2 } });
    const { reason, figures } = await run.finished;
    expect(reason).toBe('maxSeconds');
    expect(figures.progress.elapsedSeconds).toBeGreaterThanOrEqual(0.2);
  });

  it('with targetReward, though only over a hundred episodes', async () => {
    const run = startTraining({ ...identity, algorithm, stop: { ...endless, targetReward: 0 } });
    const { reason, figures } = await run.finished;
    expect(reason).toBe('targetReward');
    expect(figures.progress.episodes).toBeGreaterThanOrEqual(100);
    expect(figures.progress.episodes).toBeLessThan(100 + 8);
  });

  it('when it is cancelled, with every thread gone', async () => {
    let steps = 0;
    const listener = {
      onFigures: ({ progress }: TrainingFigures) => {
        steps = progress.steps;
      },
    };
    const run = startTraining({ ...identity, algorithm, stop: endless }, { listener });
    await expect.poll(() => steps, { timeout: 40_000 }).toBeGreaterThan(0);
    expect(threads.size).toBeGreaterThanOrEqual(2);
    run.stop('cancelled');
    // Only the first reason counts.
    run.stop('shutdown');
    const { reason, figures } = await run.finished;
    expect(reason).toBe('cancelled');
    expect(figures.progress.fraction).toBeLessThan(1);
    expect(figures.progress.steps).toBeGreaterThanOrEqual(steps);
    expect(threads.size).toBe(0);
  });
});

describe('a run', () => {
  it('ends when it reaches its target, with any budget left', async () => {
    const run = startTraining({ ...identity, stop: { ...endless, targetReward: -1 } });
    const { reason, figures } = await run.finished;
    expect(reason).toBe('targetReward');
    expect(figures.progress.fraction).toBe(1);
  });

  it('counts the time it takes to draw the first parameters of a large network', async () => {
    const before = performance.now();
    const layer = { type: 'dense', units: 2048, activation: 'relu' } as const;
    const network = { shared: true, layers: [layer, layer, layer] };
    const run = startTraining({
      ...identity,
      workers: 1,
      network,
      evaluation: { episodes: 1 },
      stop: { ...endless, maxSeconds: 0.001 },
    });
    const drawnSeconds = (performance.now() - before) / 1000;
    const { reason, figures } = await run.finished;
    expect(reason).toBe('maxSeconds');
    expect(figures.progress.elapsedSeconds).toBeGreaterThan(drawnSeconds);
  });

  it('extends its curve while it runs, with steps that never fall', async () => {
    const steps: number[] = [];
    const listener = { onCurvePoint: ({ progress }: TrainingFigures) => steps.push(progress.steps) };
    await startTraining({ ...identity, stop: { ...endless, maxSteps: 20_000 } }, { listener }).finished;
    expect(steps.length).toBeGreaterThan(0);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  it('can be cancelled before it has begun', async () => {
    const run = startTraining({ ...identity, stop: endless });
    run.stop('cancelled');
    expect((await run.finished).reason).toBe('cancelled');
    expect(threads.size).toBe(0);
  });

  it('evaluates its parameters before it shuts down, but not when it is cancelled', async () => {
    const shutDown = startTraining({ ...identity, stop: endless });
    const cancelled = startTraining({ ...identity, stop: endless });
    await sleep(50);
    shutDown.stop('shutdown');
    cancelled.stop('cancelled');
    expect((await shutDown.finished).best).not.toBeNull();
    expect((await cancelled.finished).best).toBeNull();
  });
});
