// Plan of a training on the command line: a new one, or one that goes on, and the directory that it writes to.
import type { Command } from 'commander';
import { openStartDirectory } from '../../master/start/open-start-directory.ts';
import type { TrainingRunOptions } from '../../master/training-run-options.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { inspectNetwork } from '../../shared/job/inspect-network.ts';
import { jobRequestSchema } from '../../shared/job/job-spec.ts';
import { resolveJobSpec } from '../../shared/job/resolve-job-spec.ts';
import { drawSeed } from '../draw-seed.ts';
import { chooseEnvironment } from '../environments/choose-environment.ts';
import type { EnvironmentFlags } from '../environments/environment-flags.ts';
import { InvalidFlagsError } from '../flags/invalid-flags-error.ts';
import { readSchemaFlags } from '../flags/schema-flags.ts';
import { prepareOutputDirectory } from '../models/prepare-output-directory.ts';
import { requirePermission } from '../overwriting/require-permission.ts';
import { readGivenJob } from '../settings/given-job.ts';
import { InvalidSettingsError } from '../settings/invalid-settings-error.ts';
import { readEnvironment, readSettingsFile, type SettingsFile } from '../settings/read-settings-file.ts';
import type { CurveFiles } from '../../shared/curve-files/curve-files.ts';
import { CurveKeeper, readCurve } from './curve-file.ts';
import { openCurveFiles, type CurveFileFlags } from './open-curve-files.ts';
import { keepJob, openRun, removeTraining } from './training-directory.ts';

export const defaultOutput = './a3c-model';

/** What the command line says besides the job's fields. */
export interface RunFlags extends CurveFileFlags, EnvironmentFlags {
  readonly config?: string | undefined;
  readonly output?: string | undefined;
  readonly startFrom?: string | undefined;
  readonly resume?: string | undefined;
  readonly force: boolean;
  /** Called when the files of the curve cannot be written. */
  readonly onCurveFailure: (reason: string) => void;
}

export interface PlannedRun extends Pick<TrainingRunOptions, 'spec' | 'definition' | 'start' | 'resumeFrom'> {
  readonly directory: string;
  readonly curve: CurveKeeper;
  readonly curveFiles: CurveFiles;
}

/** `argument` is the environment, which a resumed training has already. */
export async function planRun(
  command: Command,
  argument: string | undefined,
  flags: RunFlags,
): Promise<PlannedRun> {
  const { resume } = flags;
  return resume === undefined
    ? await planNewRun(command, argument, flags)
    : await planResumedRun(command, argument, { ...flags, resume });
}

async function planNewRun(
  command: Command,
  argument: string | undefined,
  { environments, python, config, startFrom, force, output: directory = defaultOutput, ...flags }: RunFlags,
): Promise<PlannedRun> {
  const file = config === undefined ? null : await readSettingsFile(config);
  const environment = argument ?? readEnvironment(file);
  if (environment === undefined)
    command.error(
      "error: missing required argument 'environment' (or --config with a file that names one, or --resume for an earlier training)",
    );
  const definition = await chooseEnvironment(environment, { environments, python }).catch(
    (error: unknown) => {
      throw argument === undefined && file && error instanceof AppError
        ? new InvalidSettingsError(`${file.locate('environment')}: environment: ${error.message}`, {
            cause: error,
          })
        : error;
    },
  );
  if (file) requireNoStart(file);
  const job = readGivenJob(command, file, {
    environment: definition.id,
    startFrom: null,
    webhook: null,
  });
  const { spec, start } = await job.report(async () => {
    const model = startFrom === undefined ? null : await openStartDirectory(startFrom);
    const complete = await inspectNetwork(model ? model.inherit(job.request) : job.request);
    const resolved = resolveJobSpec(complete, definition, drawSeed);
    return { spec: resolved, start: model?.read(resolved, definition) ?? null };
  });
  if (await prepareOutputDirectory(directory))
    await requirePermission({ path: directory, state: 'has an earlier training', force });
  const given = { spec, resumedAtSteps: null, onFailure: flags.onCurveFailure };
  const { files: curveFiles, paths } = await openCurveFiles({ ...flags, force }, given);
  await removeTraining(directory);
  await keepJob(directory, { spec, definition, curveFiles: paths });
  return { spec, definition, start, directory, curve: new CurveKeeper(directory), curveFiles };
}

function requireNoStart({ fields: { startFrom = null }, locate }: SettingsFile): void {
  if (startFrom === null) return;
  throw new InvalidSettingsError(
    `${locate('startFrom')}: startFrom: only jobs of a server start from another job; name a directory with --start-from`,
  );
}

async function planResumedRun(
  command: Command,
  argument: string | undefined,
  { resume: directory, output, startFrom, config, force, ...flags }: RunFlags & { readonly resume: string },
): Promise<PlannedRun> {
  const {
    environment: _environment,
    startFrom: _start,
    webhook: _webhook,
    stop = {},
    ...others
  } = readSchemaFlags(command, jobRequestSchema, {
    environment: 'any',
    startFrom: null,
    webhook: null,
  });
  const refused = [
    ...(argument === undefined ? [] : ['environment']),
    ...Object.keys(others),
    ...Object.entries({ output, startFrom, config, force: force || undefined }).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    ),
  ];
  if (refused.length > 0) {
    const message = 'a resumed training keeps its settings and its directory; leave it out';
    throw new InvalidFlagsError(refused.map((path) => ({ path, message })));
  }
  const { checkpoint, ...run } = await openRun(directory, stop, flags);
  await prepareOutputDirectory(directory);
  const { steps } = checkpoint.statistics;
  const given = { spec: run.spec, resumedAtSteps: steps, onFailure: flags.onCurveFailure };
  const { files: curveFiles, paths } = await openCurveFiles(flags, given, run.curveFiles);
  await keepJob(directory, { ...run, curveFiles: paths });
  const before = (await readCurve(directory))?.points.filter((point) => point.steps <= steps);
  const curve = new CurveKeeper(directory, before);
  return { ...run, resumeFrom: checkpoint, directory, curve, curveFiles };
}
