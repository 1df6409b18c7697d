// A real store in a directory that goes away with the test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createJobId } from '../../../src/server/store/job-record.ts';
import { Store } from '../../../src/server/store/store.ts';
import type { JobId, TrainingFigures } from '../../../src/shared/job/job.ts';
import type { JobSpec } from '../../../src/shared/job/job-spec.ts';
import { jobDefaults, optimizerDefaults } from '../../../src/shared/job/presets.ts';

export const exampleSpec: JobSpec = {
  ...jobDefaults,
  environment: 'CartPole-v1',
  seed: 1,
  policy: { type: 'categorical' },
  optimizer: optimizerDefaults.adam,
};

/** Figures of a run that is `steps` old. */
export function exampleFigures(steps: number): TrainingFigures {
  return {
    progress: {
      steps,
      episodes: steps / 10,
      updates: steps / 20,
      fraction: 0.5,
      elapsedSeconds: steps / 1000,
    },
    reward: { movingAverage: 21.5, exponentialMovingAverage: 20, last: 9, best: null, evaluation: null },
    throughput: { stepsPerSecond: 1000, updatesPerSecond: 50 },
    staleness: { mean: 1.5, max: 3 },
    losses: { policy: 0.1, value: 2, entropy: 0.6, gradientNorm: null },
    refusedGradients: 0,
    workerRestarts: 0,
  };
}

/** A directory removed at the end of the running test. */
export function createTemporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'a3c-test-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

export function openTemporaryStore(): Store {
  const store = Store.open(createTemporaryDirectory());
  onTestFinished(() => {
    store.close();
  });
  return store;
}

/** Posts a job straight into the store. */
export function insertJob(store: Store, spec: Partial<JobSpec> = {}): JobId {
  const id = createJobId();
  store.jobs.insert({ id, spec: { ...exampleSpec, ...spec }, createdAt: new Date().toISOString() });
  return id;
}
