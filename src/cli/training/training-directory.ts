// Output directory of a training run on the command line: its job, its checkpoints and its models.
import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readCheckpoint, type Checkpoint } from '../../master/checkpoint/checkpoint.ts';
import { findReachedLimit } from '../../master/learner/find-reached-limit.ts';
import { describeNetwork } from '../../shared/algorithms/describe-network.ts';
import { DirectoryArtifactStore } from '../../shared/artifacts/directory-artifact-store.ts';
import { loadEnvironment } from '../../shared/environment-modules/open-environment.ts';
import { readModuleUrl, toModuleOrigin } from '../../shared/environments/environment-origin.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { wrapEnvironment } from '../../shared/environments/wrappers/wrap-environment.ts';
import { modelNames } from '../../shared/job/model-name.ts';
import { movingAverageEpisodes } from '../../shared/job/job.ts';
import type { JobRequest, JobSpec } from '../../shared/job/job-spec.ts';
import { stopSchema } from '../../shared/job-fields/job-fields.ts';
import { storedJobSpecSchema } from '../../shared/job/stored-job-spec.ts';
import { isStopLimit } from '../../shared/protocol/messages.ts';
import { createParameterLayout } from '../../shared/network/parameter-layout.ts';
import { toFlagName } from '../flags/describe-flags.ts';
import { ModelFilesError } from '../models/model-files-error.ts';
import { curveFileName } from './curve-file.ts';
import { curveFilePathsSchema, noCurveFiles, type CurveFilePaths } from './open-curve-files.ts';

export const jobFileName = 'job.json';
const artifactNames: readonly string[] = [...modelNames, 'checkpoint'];

const jobFileSchema = z.object({
  formatVersion: z.literal(1),
  spec: storedJobSpecSchema,
  /** URL of the module that defines the environment; null for a built-in environment. */
  environmentModule: z.string().nullable(),
  /** Absent in directories of earlier versions. */
  curveFiles: curveFilePathsSchema.default(noCurveFiles),
});

/** Job that a run in a directory trains, and where it continues. */
export interface ResumableRun {
  readonly spec: JobSpec;
  readonly definition: EnvironmentDefinition;
  readonly checkpoint: Checkpoint;
  readonly curveFiles: CurveFilePaths;
}

/**
 * Whether a file or directory of this name may stand beside those of a training: its own, and what people make of them,
 * such as `best.onnx`.
 */
export function belongsToTraining(name: string): boolean {
  return (
    artifactNames.some((artifact) => name === artifact || name.startsWith(`${artifact}.`)) || isOwn(name)
  );
}

/** Removes what an earlier training has left, which a new one does not continue. */
export async function removeTraining(directory: string): Promise<void> {
  const old = (await readdir(directory)).filter(isOwn);
  await Promise.all(old.map(async (name) => await rm(join(directory, name), { recursive: true })));
}

/** Whether a training writes this name: an artifact, a version of one, or a file of its own. */
function isOwn(name: string): boolean {
  const [, artifact = ''] = /^([a-z]+)(?:\.previous(?:-\d+)?|\.writing-.+)?$/.exec(name) ?? [];
  return (
    artifactNames.includes(artifact) ||
    [jobFileName, curveFileName].some((own) => name === own || name === `${own}.new`)
  );
}

/** Keeps the job of a run, so that the run can be resumed. */
export async function keepJob(
  directory: string,
  { spec, definition: { origin }, curveFiles }: Omit<ResumableRun, 'checkpoint'>,
): Promise<void> {
  const job = { formatVersion: 1, spec, environmentModule: readModuleUrl(origin), curveFiles };
  const path = join(directory, jobFileName);
  await writeFile(`${path}.new`, `${JSON.stringify(job, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** Opens the run in a directory, with other limits if some are given. Throws ModelFilesError if it cannot go on. */
export async function openRun(
  directory: string,
  changes: NonNullable<JobRequest['stop']>,
): Promise<ResumableRun> {
  const { spec: stored, environmentModule, curveFiles } = await readJobFile(directory);
  const spec = { ...stored, stop: stopSchema.parse({ ...stored.stop, ...changes }) };
  const origin = environmentModule === null ? null : toModuleOrigin(environmentModule);
  const definition = await loadEnvironment(spec.environment, origin);
  const layout = createParameterLayout(describeNetwork(spec, wrapEnvironment(definition, spec.wrappers)));
  const artifacts = new DirectoryArtifactStore(() => directory);
  const checkpoint = await readCheckpoint(artifacts, {
    jobId: '',
    spec,
    layout,
    onDamage: (damages) => {
      console.error(
        `warning: the newest checkpoint is damaged (${damages.join('; ')}); an older one is used`,
      );
    },
  });
  if (checkpoint === null)
    throw new ModelFilesError(
      `${directory} has no checkpoint: its training ended before the first one was written`,
    );
  requireRoom(checkpoint.statistics, spec.stop);
  return { spec, definition, checkpoint, curveFiles };
}

/** Reads the job that a directory's training has. Throws ModelFilesError. */
export async function readJobFile(directory: string): Promise<z.output<typeof jobFileSchema>> {
  const path = join(directory, jobFileName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ModelFilesError(`there is no training in ${directory}: it has no ${jobFileName}`, {
      cause: error,
    });
  }
  try {
    return jobFileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ModelFilesError(`${path} is damaged`, { cause: error });
  }
}

/** A run that has reached a limit would end at once. */
function requireRoom({ returns, ...extent }: Checkpoint['statistics'], stop: JobSpec['stop']): void {
  const sum = returns.reduce((total, episode) => total + episode, 0);
  const movingAverage = returns.length < movingAverageEpisodes ? null : sum / returns.length;
  const reached = findReachedLimit(stop, { ...extent, movingAverage });
  if (reached === null || !isStopLimit(reached)) return;
  throw new ModelFilesError(
    `this training has reached its limit (${reached} ${JSON.stringify(stop[reached])}); give a larger one, or null, with ${toFlagName(`stop.${reached}`)}`,
  );
}
