// What the workers' time goes to, on real threads: compared with each other, never with a clock.
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { train } from '../../../src/master/train.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const environmentModule = join(import.meta.dirname, '../../fixtures/environments/sleeping.ts');

async function shareTime(request: JobRequest): Promise<Record<string, number>> {
  const { figures } = await train(
    {
      seed: 1,
      environmentsPerWorker: 1,
      rolloutLength: 5,
      stop: { maxSteps: 600, targetReward: null },
      // One evaluation, at the end.
      evaluation: { episodes: 1, everySteps: 1_000_000 },
      ...request,
    },
    { environmentModule },
  );
  const shares = Object.entries(figures.workerTime).map(
    ([phase, share]) => [phase, share ?? Number.NaN] as const,
  );
  expect(shares.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1);
  for (const [, share] of shares) expect(share).toBeGreaterThanOrEqual(0);
  return Object.fromEntries(shares);
}

function letOneSleep(): void {
  process.env.HANGS_ONCE_TRACE = join(createTemporaryDirectory(), 'trace');
  onTestFinished(() => {
    delete process.env.HANGS_ONCE_TRACE;
  });
}

it('most goes to stepping where environments are slow', async () => {
  const { acting, stepping, learning, waiting } = await shareTime({
    environment: 'Sleeps-v0',
    algorithm: 'a3c',
    workers: 2,
  });
  for (const other of [acting, learning, waiting]) expect(stepping).toBeGreaterThan(other ?? Number.NaN);
});

it('most goes to waiting where two of three workers wait for the third in every round', async () => {
  letOneSleep();
  const { acting, stepping, learning, waiting } = await shareTime({
    environment: 'OneSleeps-v0',
    algorithm: 'a2c',
    workers: 3,
  });
  for (const other of [acting, stepping, learning]) expect(waiting).toBeGreaterThan(other ?? Number.NaN);
});
