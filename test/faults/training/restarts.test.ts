// Restarts of a worker: at most three in a row, and any number if it works in between.
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { train } from '../../../src/master/train.ts';

const environmentModule = join(import.meta.dirname, '../../fixtures/environments/mishaps.ts');
/** Replaces its worker in each environment's fiftieth step: after two rollouts of twenty. */
const exiting = {
  environment: 'ExitsQuietly-v0',
  seed: 1,
  workers: 1,
  environmentsPerWorker: 1,
  rolloutLength: 20,
};

/** A logger, and how often it was told that a worker was replaced. */
function countRestarts() {
  const restarts: string[] = [];
  const write = (line: string): void => {
    if (line.includes('was replaced')) restarts.push(line);
  };
  return { logger: pino({ level: 'warn' }, { write }), restarts };
}

describe('a worker that exits', () => {
  it('again and again has three restarts, then its job fails', async () => {
    const { logger, restarts } = countRestarts();
    const failure = train({ ...exiting, stop: { maxSteps: 100_000 } }, { environmentModule, logger });
    await expect(failure).rejects.toMatchObject({ code: 'ENVIRONMENT_FAILED' });
    expect(restarts).toHaveLength(3);
  });

  it('far apart is replaced each time, and the job continues', async () => {
    // A microsecond of this clock is a second of the supervisor's: each worker is steady after its second gradient.
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() * 1e6);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const { logger, restarts } = countRestarts();
    const { reason } = await train(
      // Evaluations end before the fiftieth step.
      { ...exiting, wrappers: { timeLimit: 40 }, evaluation: { episodes: 1 }, stop: { maxSteps: 240 } },
      { environmentModule, logger },
    );
    expect(reason).toBe('maxSteps');
    expect(restarts.length).toBeGreaterThan(3);
  });
});
