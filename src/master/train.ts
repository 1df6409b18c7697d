// train(): training in the calling process, without a server.
import { randomInt } from 'node:crypto';
import { pino, type Logger } from 'pino';
import { DirectoryArtifactStore } from '../shared/artifacts/directory-artifact-store.ts';
import { loadEnvironment } from '../shared/environment-modules/open-environment.ts';
import { toModuleOrigin } from '../shared/environments/environment-origin.ts';
import { toModuleUrl } from '../shared/environment-modules/load-environment-module.ts';
import type { EnvironmentDefinition } from '../shared/environments/environment.ts';
import { defaultPython } from '../shared/gymnasium/default-python.ts';
import { gymnasiumPrefix } from '../shared/environments/gymnasium-description.ts';
import { GymnasiumSource } from '../shared/gymnasium/gymnasium-source.ts';
import { findMemoryShortage } from '../shared/job/find-memory-shortage.ts';
import { inspectNetwork } from '../shared/job/inspect-network.ts';
import { measureJobMemory } from '../shared/job/machine-memory.ts';
import { InvalidJobError, parseJobRequest, resolveJobSpec } from '../shared/job/resolve-job-spec.ts';
import type { JobRequest } from '../shared/job/job-spec.ts';
import { backendVariable, chooseEngine } from './engine/choose-engine.ts';
import { openNodeMachine } from './node-machine.ts';
import { openStartDirectory } from './start/open-start-directory.ts';
import { TrainingRun } from './training-run.ts';
import type { TrainingListener, TrainingOutcome } from './training-run-options.ts';

export interface TrainOptions extends TrainingListener {
  /**
   * Path of the module that defines the environment, imported by each worker thread; absent for a built-in environment.
   */
  readonly environmentModule?: string;
  /** Path or name of a Python with Gymnasium, for environments such as `gymnasium:Taxi-v4`; default: `python3`. */
  readonly python?: string;
  /** Directory for the models `best/` and `latest/`; default: nothing is written. */
  readonly directory?: string;
  /**
   * Directory of a model to start from: one of this project, whose network the job then has, or any layers model of
   * TensorFlow.js (model.json and its weights); default: new weights.
   */
  readonly startFrom?: string;
  /** Silent by default. */
  readonly logger?: Logger;
  /** Aborting it ends the training; the result is what was learned until then. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a job to its end and returns the result. Missing fields of the request come from the preset of its
 * environment. Throws InvalidJobError, which names each wrong field.
 */
export async function train(request: JobRequest, options: TrainOptions = {}): Promise<TrainingOutcome> {
  const {
    environmentModule,
    python = defaultPython,
    directory = null,
    startFrom,
    logger = pino({ level: 'silent' }),
    signal,
    ...listener
  } = options;
  const parsed = parseJobRequest(request);
  if (parsed.startFrom) {
    throw new InvalidJobError([
      {
        path: 'startFrom',
        message:
          'only jobs on a server can start from another job; give a directory with the option startFrom',
      },
    ]);
  }
  if (parsed.webhook) {
    throw new InvalidJobError([{ path: 'webhook', message: 'only jobs on a server send webhooks' }]);
  }
  if (parsed.remoteWorkers) {
    const message = 'only jobs on a server with --nats have workers on other machines';
    throw new InvalidJobError([{ path: 'remoteWorkers', message }]);
  }
  const definition = await findEnvironment(parsed.environment, { environmentModule, python });
  const model = startFrom === undefined ? null : await openStartDirectory(startFrom);
  const complete = await inspectNetwork(model ? model.inherit(parsed) : parsed);
  const spec = resolveJobSpec(complete, definition, () => randomInt(2 ** 32));
  const shortage = findMemoryShortage(spec, definition, measureJobMemory());
  if (shortage.length > 0) throw new InvalidJobError(shortage);
  const start = model?.read(spec, definition) ?? null;
  signal?.throwIfAborted();
  const artifacts = directory === null ? null : new DirectoryArtifactStore(() => directory);
  const engine = await chooseEngine(spec, process.env[backendVariable]);
  const run = TrainingRun.start({
    spec,
    definition,
    engine,
    start,
    artifacts,
    machine: openNodeMachine(),
    logger,
    listener,
  });
  const stop = (): void => {
    run.stop('cancelled');
  };
  signal?.addEventListener('abort', stop);
  try {
    return await run.finished;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

async function findEnvironment(
  id: string,
  { environmentModule, python }: { readonly environmentModule: string | undefined; readonly python: string },
): Promise<EnvironmentDefinition> {
  if (id.startsWith(gymnasiumPrefix)) return await new GymnasiumSource(python).resolve(id);
  const origin = environmentModule === undefined ? null : toModuleOrigin(toModuleUrl(environmentModule));
  return await loadEnvironment(id, origin);
}
