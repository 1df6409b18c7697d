// A training run on hosts and stores other than threads and directories: it must not notice.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/master/checkpoint/checkpoint.ts';
import type { Machine } from '../../../src/master/machine.ts';
import { openNodeMachine } from '../../../src/master/node-machine.ts';
import { TrainingRun } from '../../../src/master/training-run.ts';
import type { TrainingOutcome, TrainingRunOptions } from '../../../src/master/training-run-options.ts';
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import { algorithms } from '../../../src/shared/algorithms/algorithms.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import { pendulum } from '../../../src/shared/environments/pendulum.ts';
import { jobRequestSchema, type JobRequest } from '../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { createParameterLayout } from '../../../src/shared/network/parameter-layout.ts';
import { InlineWorkerHost } from '../../fixtures/inline-worker-host.ts';
import { MemoryArtifactStore } from '../../fixtures/memory-artifact-store.ts';

const job = { jobId: 'job_without_any_threads', epoch: 3 };

function start(
  request: Omit<JobRequest, 'environment'>,
  options: Partial<TrainingRunOptions> = {},
): TrainingRun {
  const definition = request.algorithm === 'ddpg' ? pendulum : cartPoleV1;
  const stop = { maxSteps: 2_000, targetReward: null };
  const spec = resolveJobSpec(
    jobRequestSchema.parse({ environment: definition.id, workers: 2, seed: 1, stop, ...request }),
    definition,
    () => 1,
  );
  const logger = pino({ level: 'silent' });
  const machine = openNodeMachine();
  return TrainingRun.start({
    spec,
    definition,
    job,
    artifacts: null,
    machine,
    logger,
    listener: {},
    ...options,
  });
}

function createMachine(createWorkerHost: Machine['createWorkerHost']): Machine {
  return { ...openNodeMachine(), createWorkerHost };
}

async function trainInline(request: Omit<JobRequest, 'environment'>): Promise<TrainingOutcome> {
  return await start(request, { machine: createMachine((context) => new InlineWorkerHost(context)) })
    .finished;
}

describe('a host without threads', () => {
  it.each(algorithms.map(({ name }) => name))('trains %s to the end of its job', async (algorithm) => {
    const { reason, figures } = await trainInline({ algorithm });
    expect(reason).toBe('maxSteps');
    expect(figures.progress.steps).toBeGreaterThanOrEqual(2_000);
    expect(figures.refusedGradients).toBe(0);
    expect(figures.workerRestarts).toBe(0);
  });

  it.each(['a2c', 'ppo'] as const)('gives %s the parameters of threads, bit for bit', async (algorithm) => {
    const [inline, threads] = await Promise.all([trainInline({ algorithm }), start({ algorithm }).finished]);
    expect(inline.figures.progress.updates).toBeGreaterThan(5);
    expect(inline.finalParameters).toEqual(threads.finalParameters);
    expect(inline.best?.evaluation).toEqual(threads.best?.evaluation);
  });

  it('starts its workers with plain data that names job, epoch and worker', async () => {
    const hosts: InlineWorkerHost[] = [];
    const machine = createMachine((context) => {
      const host = new InlineWorkerHost(context);
      hosts.push(host);
      return host;
    });
    await start({}, { machine }).finished;
    const assignments = hosts.flatMap((host) => host.assignments);
    expect(assignments.map(({ origin }) => origin)).toEqual([
      { ...job, worker: 0, incarnation: 0 },
      { ...job, worker: 1, incarnation: 0 },
    ]);
    for (const assignment of assignments) expect(JSON.parse(JSON.stringify(assignment))).toEqual(assignment);
  });
});

describe('a store in memory', () => {
  it('takes models and checkpoints, and a run continues from it as one that was never paused', async () => {
    const request = { algorithm: 'a2c' } as const;
    const artifacts = new MemoryArtifactStore();
    const paused = start(request, {
      artifacts,
      keepsCheckpoints: true,
      listener: {
        // The first point is that of the first round.
        onCurvePoint: () => {
          paused.stop('paused');
        },
      },
    });
    const { spec, reason, figures } = await paused.finished;
    expect(reason).toBe('paused');
    expect(figures.progress.steps).toBeLessThan(2_000);
    const layout = createParameterLayout(describeNetwork(spec, cartPoleV1));
    const resumeFrom = await readCheckpoint(artifacts, { jobId: job.jobId, spec, layout });
    expect(resumeFrom).not.toBeNull();
    const [resumed, whole] = await Promise.all([
      start(request, { artifacts, keepsCheckpoints: true, resumeFrom }).finished,
      start(request).finished,
    ]);
    expect(resumed.finalParameters).toEqual(whole.finalParameters);
    for (const name of ['best', 'latest', 'checkpoint'] as const) {
      expect(artifacts.countVersions({ jobId: job.jobId, name })).toBeGreaterThan(0);
    }
  });
});
