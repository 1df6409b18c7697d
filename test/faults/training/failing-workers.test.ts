// Failing workers: a job survives a worker that dies, and fails if workers cannot work at all.
import type { Worker } from 'node:worker_threads';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openNodeMachine } from '../../../src/master/node-machine.ts';
import { TrainingRun } from '../../../src/master/training-run.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import type { JobRequest } from '../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { startTraining } from '../../fixtures/start-training.ts';

const identity: JobRequest = {
  environment: 'Identity-v0',
  seed: 1,
  stop: { maxSteps: 400_000, targetReward: null },
};

/** Threads that start during the test. */
function watchThreads(): Worker[] {
  const threads: Worker[] = [];
  const add = (thread: Worker): void => {
    threads.push(thread);
  };
  process.on('worker', add);
  onTestFinished(() => {
    process.off('worker', add);
  });
  return threads;
}

describe.each(['a3c', 'a2c'] as const)('%s', (algorithm) => {
  it('replaces a worker whose thread dies and trains to the end', async () => {
    const threads = watchThreads();
    let killed: Promise<number> | undefined;
    const run = startTraining(
      { ...identity, algorithm },
      {
        listener: {
          onFigures: ({ progress }) => {
            if (progress.updates > 20) killed ??= threads[0]?.terminate();
          },
        },
      },
    );
    const { reason, figures } = await run.finished;
    expect(killed).toBeDefined();
    expect(reason).toBe('maxSteps');
    expect(figures.workerRestarts).toBe(1);
    expect(figures.progress.steps).toBeGreaterThanOrEqual(400_000);
  });
});

it('fails with the cause when workers cannot work at all', async () => {
  const definition = new EnvironmentRegistry(builtInEnvironments).get('Identity-v0');
  const spec = resolveJobSpec(identity, definition, () => 1);
  const run = TrainingRun.start({
    // The threads look this up themselves and do not find it.
    spec: { ...spec, environment: 'Missing-v0' },
    definition,
    artifacts: null,
    machine: openNodeMachine(),
    logger: pino({ level: 'silent' }),
    listener: {},
  });
  await expect(run.finished).rejects.toThrow('Missing-v0');
});
