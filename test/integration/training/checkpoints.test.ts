// Checkpoints of a run: when they are taken, and that no write is left when a run has ended.
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/master/checkpoint/checkpoint.ts';
import { train } from '../../../src/master/train.ts';
import { openNodeMachine } from '../../../src/master/node-machine.ts';
import { TrainingRun } from '../../../src/master/training-run.ts';
import type { TrainingListener } from '../../../src/master/training-run-options.ts';
import { describeNetwork } from '../../../src/shared/algorithms/describe-network.ts';
import { DirectoryArtifactStore } from '../../../src/shared/artifacts/directory-artifact-store.ts';
import { cartPoleV1 } from '../../../src/shared/environments/cart-pole.ts';
import { jobRequestSchema, type JobRequest, type JobSpec } from '../../../src/shared/job/job-spec.ts';
import { resolveJobSpec } from '../../../src/shared/job/resolve-job-spec.ts';
import { createParameterLayout } from '../../../src/shared/network/parameter-layout.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

interface Setup {
  readonly request: Omit<JobRequest, 'environment'>;
  readonly listener: TrainingListener;
  readonly everySeconds?: number;
  readonly directory?: string;
  readonly isResumed?: boolean;
}

async function start(setup: Setup) {
  const { request, listener, everySeconds = 3600, directory = createTemporaryDirectory() } = setup;
  const resolved = resolveJobSpec(
    jobRequestSchema.parse({ environment: cartPoleV1.id, workers: 1, seed: 1, ...request }),
    cartPoleV1,
    () => 1,
  );
  const spec: JobSpec = { ...resolved, checkpoint: { everySeconds, keep: 2 } };
  const artifacts = new DirectoryArtifactStore(() => directory);
  const layout = createParameterLayout(describeNetwork(spec, cartPoleV1));
  const checkpoint =
    setup.isResumed === true ? await readCheckpoint(artifacts, { jobId: '', spec, layout }) : null;
  const run = TrainingRun.start({
    spec,
    definition: cartPoleV1,
    artifacts,
    resumeFrom: checkpoint,
    keepsCheckpoints: true,
    machine: openNodeMachine(),
    logger: pino({ level: 'silent' }),
    listener,
  });
  return { run, checkpoint };
}

it('takes a checkpoint once in each interval, and one at the end', async () => {
  let checkpoints = 0;
  const onCheckpoint = (): void => {
    checkpoints += 1;
  };
  const everySeconds = 0.5;
  const { run } = await start({
    request: { stop: { maxSteps: 1e9, maxSeconds: 3, targetReward: null } },
    listener: { onCheckpoint },
    everySeconds,
  });
  const { figures } = await run.finished;
  const atEnd = 1;
  expect(checkpoints).toBeGreaterThan(atEnd);
  expect(checkpoints).toBeLessThanOrEqual(figures.progress.elapsedSeconds / everySeconds + atEnd);
});

it('takes one at the end alone where the interval is longer than the run', async () => {
  let checkpoints = 0;
  const onCheckpoint = (): void => {
    checkpoints += 1;
  };
  const { run } = await start({
    request: { stop: { maxSteps: 20_000, targetReward: null } },
    listener: { onCheckpoint },
  });
  await run.finished;
  expect(checkpoints).toBe(1);
});

it('stores the best model again when a run goes on, as its writer may have died before', async () => {
  const directory = createTemporaryDirectory();
  const setup = { directory, listener: {} };
  const first = await start({
    ...setup,
    request: {
      stop: { maxSteps: 1e9, maxSeconds: 1, targetReward: null },
      evaluation: { episodes: 1, everySteps: 10_000 },
    },
  });
  await first.run.finished;
  const stored: unknown[] = [];
  const { run, checkpoint } = await start({
    ...setup,
    isResumed: true,
    request: {
      stop: { maxSteps: 1e9, maxSeconds: 1, targetReward: null },
      evaluation: { episodes: 1, everySteps: 1e9 },
    },
    listener: { onModel: (model, steps) => stored.push([model, steps]) },
  });
  await run.finished;
  expect(checkpoint?.evaluator.best).toBeTruthy();
  expect(stored[0]).toEqual(['best', checkpoint?.evaluator.best?.evaluation.steps]);
});

it('ends a failed run when nothing is being written any more', async () => {
  const layer = { type: 'dense', units: 1024, activation: 'relu' } as const;
  const told: string[] = [];
  const { run } = await start({
    request: {
      network: { shared: true, layers: [layer, layer] },
      evaluation: { episodes: 1, everySteps: 1 },
      stop: { maxSteps: 1e9, targetReward: null },
    },
    listener: {
      onEvaluation: () => {
        throw new Error('a listener that fails');
      },
      onModel: (model) => told.push(model),
    },
  });
  await expect(run.finished).rejects.toThrow('a listener that fails');
  expect(told.toSorted()).toEqual(['best', 'latest']);
});

it('does not try an evaluation again that its own end has interrupted', async () => {
  const logged: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => logged.push(line) });
  const abort = new AbortController();
  const { reason } = await train(
    {
      environment: 'HangsInEvaluation-v0',
      workers: 1,
      environmentsPerWorker: 2,
      evaluation: { episodes: 4, everySteps: 1 },
      environmentTimeoutSeconds: 3600,
      stop: { maxSteps: 1e9, targetReward: null },
    },
    {
      environmentModule: join(import.meta.dirname, '../../fixtures/environments/fails-in-evaluation.ts'),
      logger,
      signal: abort.signal,
      onFigures: ({ progress }) => {
        // The first evaluation is long under way, and will never end.
        if (progress.steps > 20_000) abort.abort();
      },
    },
  );
  expect(reason).toBe('cancelled');
  expect(logged).toEqual([]);
});
