// a3c train: trains one job in this process, without a server.
import { join } from 'node:path';
import type { Command } from 'commander';
import { pino } from 'pino';
import { z } from 'zod';
import { DirectoryArtifactStore } from '../../shared/artifacts/directory-artifact-store.ts';
import { backendVariable, chooseEngine } from '../../master/engine/choose-engine.ts';
import { TrainingRun } from '../../master/training-run.ts';
import type { TrainingListener, TrainingRunOptions } from '../../master/training-run-options.ts';
import { openStartDirectory } from '../../master/start/open-start-directory.ts';
import { describeEnd } from '../../shared/job/describe-end.ts';
import { inspectNetwork } from '../../shared/job/inspect-network.ts';
import { jobRequestSchema } from '../../shared/job/job-spec.ts';
import { resolveJobSpec } from '../../shared/job/resolve-job-spec.ts';
import { isStopLimit } from '../../shared/protocol/messages.ts';
import type { DefineCommand } from '../command-context.ts';
import { drawSeed } from '../draw-seed.ts';
import { chooseEnvironment, environmentArgument } from '../environments/choose-environment.ts';
import { environmentFlags } from '../environments/environment-flags.ts';
import { InvalidFlagsError } from '../flags/invalid-flags-error.ts';
import { reportAsFlags } from '../flags/report-as-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { prepareOutputDirectory } from '../models/prepare-output-directory.ts';
import { takeStandardOutput } from '../standard-output.ts';
import { createJsonDisplay } from '../training/json-display.ts';
import { keepJob, openRun, removeCheckpoints } from '../training/training-directory.ts';
import { TextDisplay } from '../training/text-display.ts';
import type { TrainingDisplay, TrainingSummary } from '../training/training-display.ts';

const defaultOutput = './a3c-model';

const trainOptionsSchema = z.object({
  ...environmentFlags,
  output: z
    .string()
    .min(1)
    .optional()
    .describe(`Directory for models and checkpoints; default: ${defaultOutput}, or that of --resume`),
  startFrom: z
    .string()
    .min(1)
    .optional()
    .describe('Directory of a model to start from: a downloaded one, or any layers model of TensorFlow.js'),
  resume: z
    .string()
    .min(1)
    .optional()
    .describe('Directory of an earlier training to continue; only its limits (--stop.…) can change'),
  verbose: z.boolean().default(false).describe('Print a line for each episode'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('warn')
    .describe('Log level'),
});

const interruptedExitCode = 130;

export const defineTrain: DefineCommand = (command, { setExitCode }) => {
  command.argument('[environment]', environmentArgument);
  addSchemaFlags(command, trainOptionsSchema);
  command.optionsGroup('Job fields (defaults: the preset of the environment, see a3c presets):');
  addSchemaFlags(command, jobRequestSchema, ['environment', 'startFrom', 'network.modelDescription']);
  command.action(async (argument: string | undefined) => {
    const options = readSchemaFlags(command, trainOptionsSchema);
    const output = takeStandardOutput();
    const planned =
      options.resume === undefined
        ? await planRun(command, argument, options)
        : await planResumedRun(command, argument, { ...options, resume: options.resume });
    const { directory, ...parts } = planned;
    const display = createDisplay(output, options.verbose);
    display.begin(parts.spec);
    const summary = await train({ ...parts, display, directory, logLevel: options.logLevel });
    display.finish(summary);
    if (summary.reason === 'paused') setExitCode(interruptedExitCode);
  });
};

type TrainFlags = z.output<typeof trainOptionsSchema>;

interface PlannedRun extends Pick<TrainingRunOptions, 'spec' | 'definition' | 'start' | 'resumeFrom'> {
  readonly directory: string;
}

async function planRun(
  command: Command,
  argument: string | undefined,
  { environments, startFrom, output: directory = defaultOutput }: TrainFlags,
): Promise<PlannedRun> {
  if (argument === undefined)
    command.error("error: missing required argument 'environment' (or --resume, for an earlier training)");
  const definition = await chooseEnvironment(argument, environments);
  const request = readSchemaFlags(command, jobRequestSchema, { environment: definition.id, startFrom: null });
  const { spec, start } = await reportAsFlags(async () => {
    const model = startFrom === undefined ? null : await openStartDirectory(startFrom);
    const complete = await inspectNetwork(model ? model.inherit(request) : request);
    const resolved = resolveJobSpec(complete, definition, drawSeed);
    return { spec: resolved, start: model?.read(resolved, definition) ?? null };
  });
  await prepareOutputDirectory(directory);
  await removeCheckpoints(directory);
  await keepJob(directory, spec, definition);
  return { spec, definition, start, directory };
}

async function planResumedRun(
  command: Command,
  argument: string | undefined,
  { resume: directory, output, startFrom }: TrainFlags & { readonly resume: string },
): Promise<PlannedRun> {
  const {
    environment: _environment,
    startFrom: _start,
    stop = {},
    ...others
  } = readSchemaFlags(command, jobRequestSchema, {
    environment: 'any',
    startFrom: null,
  });
  const refused = [
    ...Object.keys(others),
    ...(output === undefined ? [] : ['output']),
    ...(startFrom === undefined ? [] : ['startFrom']),
  ];
  if (argument !== undefined) refused.unshift('environment');
  if (refused.length > 0) {
    const message = 'a resumed training keeps its settings and its directory; leave it out';
    throw new InvalidFlagsError(refused.map((path) => ({ path, message })));
  }
  const { spec, definition, checkpoint } = await openRun(directory, stop);
  await prepareOutputDirectory(directory);
  await keepJob(directory, spec, definition);
  return { spec, definition, resumeFrom: checkpoint, directory };
}

function createDisplay(output: NodeJS.WriteStream, isVerbose: boolean): TrainingDisplay {
  if (output.isTTY || isVerbose) return new TextDisplay({ output, isVerbose });
  return createJsonDisplay(output, () => performance.now());
}

interface TrainOptions extends PlannedRun {
  readonly display: TrainingDisplay;
  readonly logLevel: string;
}

/** Trains until the job ends or Ctrl-C stops it. A second Ctrl-C ends the process at once. */
async function train({ display, logLevel, directory, ...options }: TrainOptions): Promise<TrainingSummary> {
  let model: string | null = null;
  const listener: TrainingListener = {
    onFigures: (figures, episodes) => display.onFigures?.(figures, episodes),
    onEvaluation: (evaluation, isBest) => display.onEvaluation?.(evaluation, isBest),
    onWarning: (warning) => display.onWarning?.(warning),
    onModel: (name, steps) => {
      if (name === 'best') model = join(directory, name);
      display.onModel?.(name, steps);
    },
    // Episodes are frequent, so a display that does not show them gets no listener.
    ...(display.onEpisode && { onEpisode: (episode) => display.onEpisode?.(episode) }),
  };
  const logger = pino({ level: logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
  const artifacts = new DirectoryArtifactStore(() => directory);
  const engine = await chooseEngine(options.spec, process.env[backendVariable]);
  const run = TrainingRun.start({ ...options, engine, artifacts, keepsCheckpoints: true, logger, listener });
  const interrupt = (): void => {
    run.stop('paused');
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const { reason, figures } = await run.finished;
    const explanation = isStopLimit(reason)
      ? describeEnd(reason, options.spec.stop, figures)
      : `interrupted; npx a3c train --resume ${directory} continues it`;
    return { reason, explanation, figures, model };
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
