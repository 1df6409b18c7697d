// train(): a job inside the calling process, for programs that need no server.
import { randomInt } from 'node:crypto';
import { pino, type Logger } from 'pino';
import { DirectoryArtifactStore } from '../shared/artifacts/directory-artifact-store.ts';
import { loadEnvironment } from '../shared/environment-modules/open-environment.ts';
import { toModuleUrl } from '../shared/environment-modules/load-environment-module.ts';
import { describeIssues } from '../shared/fields/describe-issues.ts';
import { findMemoryShortage } from '../shared/job/find-memory-shortage.ts';
import { measureJobMemory } from '../shared/job/machine-memory.ts';
import { InvalidJobError, resolveJobSpec } from '../shared/job/resolve-job-spec.ts';
import { jobRequestSchema, type JobRequest } from '../shared/job/job-spec.ts';
import { TrainingRun } from './training-run.ts';
import type { TrainingListener, TrainingOutcome } from './training-run-options.ts';

export interface TrainOptions extends TrainingListener {
  /** Path of the module that defines the environment; absent for a built-in one. Each worker thread imports it. */
  readonly environmentModule?: string;
  /** Where `best/` and `latest/` are written; nothing is written where it is absent. */
  readonly directory?: string;
  /** Silent by default. */
  readonly logger?: Logger;
  /** Ends the training; what was learned until then is the result. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a job to its end and gives back what it reached. A request takes what it does not say from the preset of its
 * environment. Throws InvalidJobError naming each field at fault.
 */
export async function train(request: JobRequest, options: TrainOptions = {}): Promise<TrainingOutcome> {
  const {
    environmentModule,
    directory = null,
    logger = pino({ level: 'silent' }),
    signal,
    ...listener
  } = options;
  const parsed = jobRequestSchema.safeParse(request);
  if (!parsed.success) {
    throw new InvalidJobError(describeIssues(jobRequestSchema, parsed.error.issues));
  }
  if (parsed.data.startFrom) {
    throw new InvalidJobError([{ path: 'startFrom', message: 'only a server has other jobs to start from' }]);
  }
  const moduleUrl = environmentModule === undefined ? null : toModuleUrl(environmentModule);
  const definition = await loadEnvironment(parsed.data.environment, moduleUrl);
  const spec = resolveJobSpec(parsed.data, definition, () => randomInt(2 ** 32));
  const shortage = findMemoryShortage(spec, definition, measureJobMemory());
  if (shortage.length > 0) throw new InvalidJobError(shortage);
  signal?.throwIfAborted();
  const artifacts = directory === null ? null : new DirectoryArtifactStore(() => directory);
  const run = TrainingRun.start({ spec, definition, artifacts, logger, listener });
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
