// Paused and resumed runs: with a2c they are bit for bit the same as uninterrupted ones.
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import {
  encodeCheckpoint,
  readCheckpoint,
  type Checkpoint,
} from '../../../src/master/checkpoint/checkpoint.ts';
import { openNodeMachine } from '../../../src/master/node-machine.ts';
import { TrainingRun } from '../../../src/master/training-run.ts';
import type { TrainingOutcome } from '../../../src/master/training-run-options.ts';
import { DirectoryArtifactStore } from '../../../src/shared/artifacts/directory-artifact-store.ts';
import { writeArtifact } from '../../../src/shared/artifacts/write-artifact.ts';
import { loadEnvironment } from '../../../src/shared/environment-modules/open-environment.ts';
import { toModuleUrl } from '../../../src/shared/environment-modules/load-environment-module.ts';
import { wrapEnvironment } from '../../../src/shared/environments/wrappers/wrap-environment.ts';
import type { EngineChoice } from '../../../src/shared/engines/engine-choice.ts';
import { jobRequestSchema, type JobRequest } from '../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { createParameterLayout } from '../../../src/shared/network/parameter-layout.ts';
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import { createTfjsChoice, fastBackends } from '../../fixtures/engine-kinds.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { takeFloat32, takeNumber, type ModelState } from '../../../src/shared/engines/model-state.ts';
import { toModuleOrigin } from '../../../src/shared/environments/environment-origin.ts';

const jobId = 'job_of_this_test';
const patientCorridor = join(import.meta.dirname, '../../fixtures/environments/patient-corridor.ts');

/** What a request resolves to, and its newest checkpoint in `directory`. */
async function open(request: JobRequest, { directory, environmentModule }: Place) {
  const origin = environmentModule === undefined ? null : toModuleOrigin(toModuleUrl(environmentModule));
  const definition = await loadEnvironment(request.environment, origin);
  const spec = resolveJobSpec(jobRequestSchema.parse(request), definition, () => 1);
  const layout = createParameterLayout(describeNetwork(spec, wrapEnvironment(definition, spec.wrappers)));
  const artifacts = new DirectoryArtifactStore(() => directory);
  const checkpoint = await readCheckpoint(artifacts, { jobId, spec, layout });
  return { definition, spec, artifacts, checkpoint };
}

interface Place {
  readonly directory: string;
  readonly environmentModule?: string;
}

async function readNewest(request: JobRequest, place: Place): Promise<Checkpoint> {
  const { checkpoint } = await open(request, place);
  if (checkpoint === null) throw new Error('there is no checkpoint');
  return checkpoint;
}

/** Trains on from the checkpoint in `directory`, if there is one, and pauses after so many steps if asked to. */
async function train(
  request: JobRequest,
  {
    pauseAtSteps,
    stallAtSteps,
    engine,
    ...place
  }: Place & {
    readonly pauseAtSteps?: number;
    /** Lets the master stand still, so that its workers run out of buffers, and then end. */
    readonly stallAtSteps?: number;
    readonly engine?: EngineChoice;
  },
): Promise<TrainingOutcome> {
  const { definition, spec, artifacts, checkpoint } = await open(request, place);
  const run = TrainingRun.start({
    spec,
    definition,
    artifacts,
    keepsCheckpoints: true,
    resumeFrom: checkpoint,
    machine: openNodeMachine(),
    logger: pino({ level: 'silent' }),
    ...(engine && { engine }),
    listener: {
      onCurvePoint: ({ progress }) => {
        if (pauseAtSteps !== undefined && progress.steps >= pauseAtSteps) run.stop('paused');
        if (stallAtSteps === undefined || progress.steps < stallAtSteps) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
        run.stop('maxSteps');
      },
    },
  });
  return await run.finished;
}

/** What a checkpoint must keep, each with one of the algorithms that repeat themselves. */
const cases: readonly (readonly [string, 'a2c' | 'ppo', JobRequest])[] = [
  ['dense layers', 'a2c', { environment: 'CartPole-v1' }],
  ['dense layers', 'ppo', { environment: 'CartPole-v1' }],
  [
    'normalization and gSDE',
    'ppo',
    {
      environment: 'Pendulum-v1',
      normalizeObservations: true,
      normalizeRewards: true,
      policy: { type: 'gsde', stepsPerDraw: 7 },
    },
  ],
  [
    'an LSTM and RMSProp',
    'a2c',
    {
      environment: 'CartPolePositions-v0',
      network: { shared: true, layers: [{ type: 'lstm', units: 8 }] },
      optimizer: { type: 'rmsprop' },
    },
  ],
  [
    'stacked frames',
    'ppo',
    { environment: 'CartPolePositions-v0', wrappers: { frameStack: 3, actionRepeat: 2 } },
  ],
  ['masked actions', 'a2c', { environment: 'MaskedIdentity-v0' }],
];

describe('a run that is paused twice', () => {
  it.each(cases)('ends with the bytes of one that was not: %s with %s', async (_name, algorithm, part) => {
    // Long enough to be paused in the midst of it: an update of ppo takes longer.
    const length = algorithm === 'ppo' ? 18_000 : 36_000;
    const request: JobRequest = {
      algorithm,
      ...(algorithm === 'ppo' && { ppo: { epochs: 2, minibatches: 3 } }),
      workers: 2,
      environmentsPerWorker: 3,
      rolloutLength: 10,
      seed: 1,
      ...part,
      stop: { maxSteps: length, targetReward: null },
      evaluation: { episodes: 2, everySteps: length / 6 },
    };
    const whole = await train(request, { directory: createTemporaryDirectory() });
    const directory = createTemporaryDirectory();
    const paused = await train(request, { directory, pauseAtSteps: length / 6 });
    expect(paused.reason).toBe('paused');
    expect(paused.figures.progress.steps).toBeLessThan(length);
    expect((await train(request, { directory, pauseAtSteps: length / 2 })).reason).toBe('paused');
    const resumed = await train(request, { directory });
    expect(resumed.reason).toBe('maxSteps');
    expect(
      Buffer.from(resumed.finalParameters.buffer).equals(Buffer.from(whole.finalParameters.buffer)),
    ).toBe(true);
    const { elapsedSeconds: _time, ...progress } = whole.figures.progress;
    expect(resumed.figures.progress).toMatchObject(progress);
    expect(resumed.figures.reward).toEqual(whole.figures.reward);
    expect(resumed.best?.parameters).toEqual(whole.best?.parameters);
  });
});

it.each(fastBackends)(
  'resumes a2c with a memory on TensorFlow.js as if it had not been paused (%s)',
  async (backend) => {
    const engine = createTfjsChoice(backend);
    const request: JobRequest = {
      algorithm: 'a2c',
      engine: 'tfjs',
      environment: 'CartPolePositions-v0',
      network: { shared: true, layers: [{ type: 'lstm', units: 4 }] },
      workers: 2,
      environmentsPerWorker: 2,
      rolloutLength: 5,
      seed: 1,
      stop: { maxSteps: 200, targetReward: null },
      evaluation: { episodes: 1, everySteps: 200 },
    };
    const whole = await train(request, { directory: createTemporaryDirectory(), engine });
    const directory = createTemporaryDirectory();
    const paused = await train(request, { directory, engine, pauseAtSteps: 60 });
    expect(paused.reason).toBe('paused');
    const resumed = await train(request, { directory, engine });
    expect(resumed.finalParameters).toEqual(whole.finalParameters);
  },
);

describe('a finished a2c job', () => {
  it.each(['maxSteps', 'maxEpisodes'] as const)(
    'that is given more room takes the course of one that had it at once (%s)',
    async (limit) => {
      const create = (amount: number): JobRequest => ({
        environment: 'CartPole-v1',
        algorithm: 'a2c',
        workers: 2,
        environmentsPerWorker: 3,
        rolloutLength: 10,
        seed: 1,
        normalizeObservations: true,
        optimizer: { schedule: 'constant' },
        finalEntropyCoefficient: null,
        finalMaxGradientNorm: null,
        stop: { maxSteps: null, [limit]: amount, targetReward: null },
        evaluation: { episodes: 2, everySteps: 5000 },
      });
      const [little, much] = limit === 'maxSteps' ? [10_000, 30_000] : [200, 500];
      const whole = await train(create(much), { directory: createTemporaryDirectory() });
      const place = { directory: createTemporaryDirectory() };
      const first = await train(create(little), place);
      expect(first.reason).toBe(limit);
      const { workers, learner, statistics } = await readNewest(create(much), place);
      expect(workers.map((worker) => worker?.environments.length)).toEqual([3, 3]);
      expect(learner.version).toBe(first.figures.progress.updates);
      expect(learner.parameters).toEqual(first.finalParameters);
      expect(statistics.steps).toBe(first.figures.progress.steps);
      const resumed = await train(create(much), place);
      expect(resumed.finalParameters).toEqual(whole.finalParameters);
      const { elapsedSeconds: _time, ...progress } = whole.figures.progress;
      expect(resumed.figures.progress).toMatchObject(progress);
      expect(resumed.figures.reward).toEqual(whole.figures.reward);
    },
  );
});

describe('ddpg', () => {
  const request: JobRequest = {
    environment: 'Pendulum-v1',
    algorithm: 'ddpg',
    workers: 1,
    environmentsPerWorker: 1,
    seed: 1,
    ddpg: { targetUpdate: { type: 'hard', everyUpdates: 1e9 }, noise: { type: 'ornsteinUhlenbeck' } },
    stop: { maxSteps: 1e9, targetReward: null },
  };

  /** What the only worker remembers, by name. */
  async function readMemory(directory: string): Promise<ModelState> {
    const [worker] = (await readNewest(request, { directory })).workers;
    if (!worker) throw new Error('the worker has not answered');
    return worker.algorithm;
  }

  it('continues with its replay buffer, targets and noise', async () => {
    const directory = createTemporaryDirectory();
    const paused = await train(request, { directory, pauseAtSteps: 1500 });
    const before = await readMemory(directory);
    const resumed = await train(request, { directory, pauseAtSteps: paused.figures.progress.steps + 300 });
    const after = await readMemory(directory);
    expect(resumed.figures.progress.updates).toBeGreaterThan(paused.figures.progress.updates);
    // The memory has grown behind what was in it.
    expect(takeNumber(after, 'replaySize')).toBeGreaterThan(takeNumber(before, 'replaySize'));
    for (const name of ['replayObservations', 'replayActions', 'replayNextObservations', 'replayRewards']) {
      const kept = takeFloat32(before, name);
      expect(takeFloat32(after, name).subarray(0, kept.length)).toEqual(kept);
    }
    // Targets that are not due yet are those of before, not copies of what was learned since.
    expect(after.targetParameters).toEqual(before.targetParameters);
    const { learner } = await readNewest(request, { directory });
    expect(after.targetParameters).not.toEqual(
      learner.parameters.subarray(0, takeFloat32(after, 'targetParameters').length),
    );
    expect(takeNumber(after, 'targetUpdates')).toBeGreaterThan(takeNumber(before, 'targetUpdates'));
    expect(takeNumber(after, 'steps')).toBe(resumed.figures.progress.steps);
  });

  it('leaves its worker in its last checkpoint, though it waited for a buffer', async () => {
    const directory = createTemporaryDirectory();
    const { figures } = await train(request, { directory, stallAtSteps: 800 });
    const memory = await readMemory(directory);
    expect(takeNumber(memory, 'replaySize')).toBeGreaterThanOrEqual(figures.progress.steps);
  });
});

/** Environments whose steps are behind one update: those of a worker, or of the whole round. */
const stepsPerUpdate = { a3c: 2, a2c: 4 } as const;

function countMoments(moments: readonly Float32Array[]): number {
  return moments.flatMap((numbers) => [...numbers]).filter((moment) => moment !== 0).length;
}

describe('a job of more updates than a 32-bit integer counts', () => {
  const cases = (['a3c', 'a2c'] as const).flatMap((algorithm) =>
    [2 ** 31, 2 ** 32].map((limit) => ({ algorithm, limit })),
  );

  it.each(cases)('continues past $limit as without the limit ($algorithm)', async ({ algorithm, limit }) => {
    const request: JobRequest = {
      environment: 'CartPole-v1',
      algorithm,
      workers: 2,
      seed: 1,
      stop: { maxSteps: 1e9, targetReward: null },
    };
    const place = { directory: createTemporaryDirectory() };
    await train({ ...request, stop: { maxSteps: 1000, targetReward: null } }, place);
    const { learner, ...checkpoint } = await readNewest(request, place);
    await writeArtifact({
      directory: join(place.directory, 'checkpoint'),
      files: encodeCheckpoint({ ...checkpoint, learner: { ...learner, version: limit - 20 } }),
    });
    const paused = await train(request, { ...place, pauseAtSteps: 10_000 });
    expect(paused.reason).toBe('paused');
    expect(paused.figures.progress.updates).toBeGreaterThan(limit);
    const { learner: later, workers } = await readNewest(request, place);
    expect(later.version).toBeGreaterThan(limit);
    expect(workers.every((worker) => worker !== null)).toBe(true);
    const { figures } = await train(request, {
      ...place,
      pauseAtSteps: paused.figures.progress.steps + 1000,
    });
    expect(figures.progress.updates).toBeGreaterThan(later.version);
    for (const { staleness } of [paused.figures, figures]) {
      expect(staleness.mean).toBeGreaterThanOrEqual(0);
      expect(staleness.max).toBeLessThan(1000);
    }
  });
});

describe('an environment that returns promises', () => {
  it.each(['a3c', 'a2c'] as const)(
    'costs a paused job its episodes and nothing else (%s)',
    async (algorithm) => {
      const request: JobRequest = {
        environment: 'PatientCorridor-v0',
        algorithm,
        workers: 2,
        environmentsPerWorker: 2,
        seed: 1,
        wrappers: { frameStack: 2 },
        stop: { maxSteps: 20_000, targetReward: null },
      };
      const place = { directory: createTemporaryDirectory(), environmentModule: patientCorridor };
      const paused = await train(request, { ...place, pauseAtSteps: 2000 });
      expect(paused.reason).toBe('paused');
      const { learner, workers } = await readNewest(request, place);
      expect(learner.version).toBeGreaterThan(0);
      expect(countMoments(learner.moments)).toBeGreaterThan(0);
      expect(workers.map((worker) => worker?.environments.map(({ state }) => state))).toEqual([
        [null, null],
        [null, null],
      ]);
      const resumed = await train(request, place);
      expect(resumed.reason).toBe('maxSteps');
      const { learner: last, statistics } = await readNewest(request, place);
      expect(last.version).toBeGreaterThan(learner.version);
      // Each rollout has as many steps as the one before: had either count begun anew, they would not agree.
      expect(statistics.steps / last.version).toBeCloseTo(
        resumed.spec.rolloutLength * stepsPerUpdate[algorithm],
      );
    },
  );

  it('continues from a checkpoint without it', async () => {
    const request: JobRequest = {
      environment: 'PatientCorridor-v0',
      workers: 1,
      seed: 1,
      stop: { maxSteps: 20_000, targetReward: null },
    };
    const place = { directory: createTemporaryDirectory(), environmentModule: patientCorridor };
    await train(request, { ...place, pauseAtSteps: 2000 });
    const { workers, ...checkpoint } = await readNewest(request, place);
    const silent = workers.map((worker) => worker && { ...worker, environments: [] });
    await writeArtifact({
      directory: join(place.directory, 'checkpoint'),
      files: encodeCheckpoint({ ...checkpoint, workers: silent }),
    });
    expect((await readNewest(request, place)).workers).toEqual(silent);
    const resumed = await train(request, place);
    expect(resumed.reason).toBe('maxSteps');
    expect(resumed.figures.progress.updates).toBeGreaterThan(checkpoint.learner.version);
  });
});
