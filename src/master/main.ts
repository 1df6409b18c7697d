// Entry of a master process: trains one job for its server and reports back. Exits when the server is gone.
import { Console } from 'node:console';
import { pino, type Logger } from 'pino';
import { loadEnvironment } from '../shared/environment-modules/open-environment.ts';
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import { wrapEnvironment } from '../shared/environments/wrappers/wrap-environment.ts';
import type { ArtifactStore } from '../shared/artifacts/artifact-store.ts';
import { DirectoryArtifactStore } from '../shared/artifacts/directory-artifact-store.ts';
import { ArtifactUnreadableError } from '../shared/artifacts/plain-file.ts';
import { claimJobDirectory } from '../shared/job-directory/claim-job-directory.ts';
import type { JobSpec } from '../shared/job/job-spec.ts';
import type { LayersModelShape } from '../shared/model-format/describe-layers-topology.ts';
import { createParameterLayout } from '../shared/network/parameter-layout.ts';
import { describeNetwork } from '../shared/algorithms/describe-network.ts';
import { masterLogHandle } from '../shared/protocol/master-log-handle.ts';
import type { MasterMessage, ServerMessage } from '../shared/protocol/messages.ts';
import { createErrorRecord } from '../shared/errors/error-record.ts';
import { describeDamagedCheckpoints, readCheckpoint, type Checkpoint } from './checkpoint/checkpoint.ts';
import { backendVariable, chooseEngine } from './engine/choose-engine.ts';
import { FiguresReports } from './figures-reports.ts';
import { lowerPriority } from './lower-priority.ts';
import { openNodeMachine } from './node-machine.ts';
import { openRemoteMachine } from './remote/open-remote-machine.ts';
import { raiseOutOfMemoryScore } from './raise-out-of-memory-score.ts';
import { readKeptModel } from './start/read-kept-model.ts';
import type { TrainingListener } from './training-run-options.ts';
import { TrainingRun } from './training-run.ts';

let run: TrainingRun | null = null;
/** Settings that were changed before the run began; null: none. */
let changed: JobSpec | null = null;
let isConcluded = false;

function report(message: MasterMessage): void {
  if (process.connected) process.send?.(message);
}

/**
 * Reports the end, and then lets the process exit. The message must be taken first: disconnecting drops messages that a
 * busy server has not taken yet, and the job would be trained again.
 */
function conclude(message: MasterMessage): void {
  isConcluded = true;
  if (process.connected) process.send?.(message, undefined, undefined, () => process.disconnect());
}

async function train({
  jobId,
  attempt,
  spec,
  environmentOrigin,
  directory,
  logLevel,
  remote,
}: Extract<ServerMessage, { type: 'start' }>): Promise<void> {
  printToStandardError();
  const destination = pino.destination({ dest: masterLogHandle, sync: true });
  const logger = pino({ level: logLevel, base: null }, destination).child({ jobId });
  try {
    await claimJobDirectory(directory, attempt);
    const definition = await loadEnvironment(spec.environment, environmentOrigin);
    const artifacts = new DirectoryArtifactStore(() => directory);
    const shape = describeShape(spec, definition);
    const resumeFrom = await findCheckpoint(artifacts, { jobId, ...shape }, logger);
    const isFresh = resumeFrom === null && spec.startFrom !== null;
    const start = isFresh ? await readKeptModel(artifacts, { jobId, spec, environment: definition }) : null;
    const engine = await chooseEngine(spec, process.env[backendVariable]);
    const local = openNodeMachine();
    const machine =
      remote === null || spec.remoteWorkers === 0
        ? local
        : await openRemoteMachine({
            local,
            access: remote,
            master: { jobId, epoch: attempt },
            spec,
            environmentOrigin,
          });
    report({ type: 'started', resumedAtSteps: resumeFrom?.statistics.steps ?? null, engine });
    run = TrainingRun.start({
      spec: changed ?? spec,
      definition,
      job: { jobId, epoch: attempt },
      artifacts,
      keepsCheckpoints: true,
      resumeFrom,
      start,
      engine,
      machine,
      logger,
      listener: createListener(),
    });
    const { reason, figures } = await run.finished;
    conclude({ type: 'finished', reason, figures });
  } catch (error) {
    logger.error({ err: error }, 'training failed');
    conclude({ type: 'failed', error: createErrorRecord(error) });
  }
}

/** Creates the listener that reports a run's progress to the server. */
function createListener(): TrainingListener {
  const reports = new FiguresReports((message, onTaken) => {
    if (process.connected) process.send?.(message, undefined, undefined, onTaken);
  });
  return {
    onCurvePoint: (figures) => {
      reports.addPoint(figures);
    },
    onFigures: (figures, episodes) => {
      reports.report(figures, episodes);
    },
    onEvaluation: (evaluation, isBest) => report({ type: 'evaluation', evaluation, isBest }),
    onWarning: (warning) => report({ type: 'warning', warning }),
    onModel: (model, steps) => report({ type: 'model', model, steps }),
    onCheckpoint: (steps) => {
      reports.catchUp();
      report({ type: 'checkpoint', steps });
    },
  };
}

function describeShape(
  spec: JobSpec,
  environment: EnvironmentDefinition,
): LayersModelShape & { spec: JobSpec } {
  const definition = wrapEnvironment(environment, spec.wrappers);
  return { spec, definition, layout: createParameterLayout(describeNetwork(spec, definition)) };
}

/** Finds the checkpoint to resume from. If it cannot be used, the job starts again instead of failing. */
async function findCheckpoint(
  artifacts: ArtifactStore,
  { jobId, spec, layout }: ReturnType<typeof describeShape> & { readonly jobId: string },
  logger: Logger,
): Promise<Checkpoint | null> {
  try {
    return await readCheckpoint(artifacts, {
      jobId,
      spec,
      layout,
      onDamage: (damages) => {
        logger.warn({ damages }, 'newest checkpoint is damaged, an older one is used');
        report({ type: 'log', level: 'warn', message: describeDamagedCheckpoints(damages) });
      },
    });
  } catch (error) {
    if (error instanceof ArtifactUnreadableError) throw error;
    logger.error({ err: error }, 'checkpoint cannot be used, training starts from the beginning');
    const message = error instanceof Error ? error.message : String(error);
    report({ type: 'log', level: 'error', message: `training starts from the beginning: ${message}` });
    return null;
  }
}

/** Sends standard output to standard error, because environment modules are imported here and may print. */
function printToStandardError(): void {
  Object.defineProperty(process, 'stdout', { value: process.stderr, configurable: true, enumerable: true });
  globalThis.console = new Console(process.stderr);
}

process.on('message', (message: ServerMessage) => {
  switch (message.type) {
    case 'start':
      void train(message);
      break;
    case 'change':
      if (run) run.change(message.spec);
      else changed = message.spec;
      break;
    case 'stop':
      if (run) run.stop(message.reason);
      else process.exit(0);
      break;
  }
});
process.on('disconnect', () => {
  if (isConcluded) process.exit(0);
  // The result cannot be delivered without a server. An orderly end would wait for threads, which may hang in user
  // code.
  process.kill(process.pid, 'SIGKILL');
});
// The server receives these signals for all its processes and asks each master to stop.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
lowerPriority();
raiseOutOfMemoryScore();
report({ type: 'ready' });
