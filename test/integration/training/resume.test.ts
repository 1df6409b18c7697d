// A run that is paused and goes on is the run it would have been: in a2c to the last bit.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { checkpointName, readCheckpoint } from '../../../src/master/checkpoint/checkpoint.ts';
import { TrainingRun, type TrainingOutcome } from '../../../src/master/training-run.ts';
import { wrapEnvironment } from '../../../src/shared/environments/wrappers/wrap-environment.ts';
import { builtInEnvironments, EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import { jobRequestSchema, type JobRequest } from '../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { createParameterLayout } from '../../../src/shared/parameters/parameter-layout.ts';
import { describeNetwork } from '../../../src/shared/policy/describe-network.ts';

const environments = new EnvironmentRegistry(builtInEnvironments);

/** Trains on from the checkpoint in `directory`, if there is one, and pauses after so many steps if asked to. */
async function train(
  request: JobRequest,
  { directory, pauseAtSteps }: { directory: string; pauseAtSteps?: number },
): Promise<TrainingOutcome> {
  const definition = environments.get(request.environment);
  const spec = resolveJobSpec(jobRequestSchema.parse(request), definition, () => 1);
  const layout = createParameterLayout(describeNetwork(spec, wrapEnvironment(definition, spec.wrappers)));
  const path = join(directory, checkpointName);
  const run = TrainingRun.start({
    spec,
    definition,
    directory,
    checkpoints: { directory: path, resumeFrom: await readCheckpoint(path, { spec, layout }) },
    logger: pino({ level: 'silent' }),
    listener: {
      onCurvePoint: ({ progress }) => {
        if (pauseAtSteps !== undefined && progress.steps >= pauseAtSteps) run.stop('paused');
      },
    },
  });
  return await run.finished;
}

function createDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'a3c-resume-'));
}

const cases: readonly (readonly [string, JobRequest])[] = [
  ['dense layers', { environment: 'CartPole-v1' }],
  [
    'normalization and gSDE',
    {
      environment: 'Pendulum-v1',
      normalizeObservations: true,
      normalizeRewards: true,
      policy: { type: 'gsde', stepsPerDraw: 7 },
    },
  ],
  [
    'an LSTM and RMSProp',
    {
      environment: 'CartPolePositions-v0',
      network: { shared: true, layers: [{ type: 'lstm', units: 8 }] },
      optimizer: { type: 'rmsprop' },
    },
  ],
  ['stacked frames', { environment: 'CartPolePositions-v0', wrappers: { frameStack: 3, actionRepeat: 2 } }],
  ['masked actions', { environment: 'MaskedIdentity-v0' }],
];

describe('a2c', () => {
  it.each(cases)(
    'that is paused twice ends with the bytes of a run that was not: %s',
    async (_name, part) => {
      const request: JobRequest = {
        algorithm: 'a2c',
        workers: 2,
        environmentsPerWorker: 3,
        rolloutLength: 10,
        seed: 1,
        ...part,
        stop: { maxSteps: 60_000, targetReward: null },
        evaluation: { episodes: 2, everySteps: 10_000 },
      };
      const whole = await train(request, { directory: createDirectory() });
      const directory = createDirectory();
      const paused = await train(request, { directory, pauseAtSteps: 10_000 });
      expect(paused.reason).toBe('paused');
      expect(paused.figures.progress.steps).toBeLessThan(60_000);
      expect((await train(request, { directory, pauseAtSteps: 30_000 })).reason).toBe('paused');
      const resumed = await train(request, { directory });
      expect(resumed.reason).toBe('maxSteps');
      expect(
        Buffer.from(resumed.finalParameters.buffer).equals(Buffer.from(whole.finalParameters.buffer)),
      ).toBe(true);
      const { elapsedSeconds: _time, ...progress } = whole.figures.progress;
      expect(resumed.figures.progress).toMatchObject(progress);
      expect(resumed.figures.reward).toEqual(whole.figures.reward);
      expect(resumed.best?.parameters).toEqual(whole.best?.parameters);
    },
  );
});

describe('ddpg', () => {
  it('goes on with what it remembered, its targets and its noise', async () => {
    const request: JobRequest = {
      environment: 'Pendulum-v1',
      algorithm: 'ddpg',
      workers: 1,
      seed: 1,
      stop: { maxSteps: 6000 },
    };
    const directory = createDirectory();
    const paused = await train(request, { directory, pauseAtSteps: 3000 });
    expect(paused.reason).toBe('paused');
    const resumed = await train(request, { directory });
    expect(resumed.reason).toBe('maxSteps');
    expect(resumed.figures.progress.updates).toBeGreaterThan(paused.figures.progress.updates);
  });
});
