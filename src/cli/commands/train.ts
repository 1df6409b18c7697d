// a3c train: trains one job in this process, without a server.
import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { DirectoryArtifactStore } from '../../shared/artifacts/directory-artifact-store.ts';
import { backendVariable, chooseEngine } from '../../master/engine/choose-engine.ts';
import { TrainingRun } from '../../master/training-run.ts';
import type { TrainingListener } from '../../master/training-run-options.ts';
import type { EnvironmentDefinition } from '../../shared/environments/environment.ts';
import { describeEnd } from '../../shared/job/describe-end.ts';
import { inspectNetwork } from '../../shared/job/inspect-network.ts';
import { jobRequestSchema, type JobSpec } from '../../shared/job/job-spec.ts';
import { resolveJobSpec } from '../../shared/job/resolve-job-spec.ts';
import { isStopLimit } from '../../shared/protocol/messages.ts';
import type { DefineCommand } from '../command-context.ts';
import { drawSeed } from '../draw-seed.ts';
import { chooseEnvironment, environmentArgument } from '../environments/choose-environment.ts';
import { environmentFlags } from '../environments/environment-flags.ts';
import { reportAsFlags } from '../flags/report-as-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { prepareOutputDirectory } from '../models/prepare-output-directory.ts';
import { takeStandardOutput } from '../standard-output.ts';
import { createJsonDisplay } from '../training/json-display.ts';
import { TextDisplay } from '../training/text-display.ts';
import type { TrainingDisplay, TrainingSummary } from '../training/training-display.ts';

const trainOptionsSchema = z.object({
  ...environmentFlags,
  output: z.string().min(1).default('./a3c-model').describe('Directory for the models'),
  verbose: z.boolean().default(false).describe('Print a line for each episode'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('warn')
    .describe('Log level'),
});

const interruptedExitCode = 130;

export const defineTrain: DefineCommand = (command, { setExitCode }) => {
  command.argument('<environment>', environmentArgument);
  addSchemaFlags(command, trainOptionsSchema);
  command.optionsGroup('Job fields (defaults: the preset of the environment, see a3c presets):');
  addSchemaFlags(command, jobRequestSchema, ['environment', 'startFrom', 'network.modelDescription']);
  command.action(async (argument: string) => {
    const options = readSchemaFlags(command, trainOptionsSchema);
    const output = takeStandardOutput();
    const definition = await chooseEnvironment(argument, options.environments);
    const request = readSchemaFlags(command, jobRequestSchema, {
      environment: definition.id,
      startFrom: null,
    });
    const spec = await reportAsFlags(async () =>
      resolveJobSpec(await inspectNetwork(request), definition, drawSeed),
    );
    await prepareOutputDirectory(options.output);
    const display = createDisplay(output, options.verbose);
    display.begin(spec);
    const summary = await train({
      spec,
      definition,
      display,
      directory: options.output,
      logLevel: options.logLevel,
    });
    display.finish(summary);
    if (summary.reason === 'cancelled') setExitCode(interruptedExitCode);
  });
};

function createDisplay(output: NodeJS.WriteStream, isVerbose: boolean): TrainingDisplay {
  if (output.isTTY || isVerbose) return new TextDisplay({ output, isVerbose });
  return createJsonDisplay(output, () => performance.now());
}

interface TrainOptions {
  readonly spec: JobSpec;
  readonly definition: EnvironmentDefinition;
  readonly display: TrainingDisplay;
  readonly directory: string;
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
  const run = TrainingRun.start({ ...options, engine, artifacts, logger, listener });
  const interrupt = (): void => {
    run.stop('cancelled');
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const { reason, figures } = await run.finished;
    const explanation = isStopLimit(reason) ? describeEnd(reason, options.spec.stop, figures) : reason;
    return { reason, explanation, figures, model };
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
