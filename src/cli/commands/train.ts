// a3c train: trains one job in this process, without a server.
import { z } from 'zod';
import { warnOfFailure } from '../../shared/curve-files/warn-of-failure.ts';
import { jobRequestSchema } from '../../shared/job/job-spec.ts';
import type { DefineCommand } from '../command-context.ts';
import { environmentArgument } from '../environments/choose-environment.ts';
import { environmentFlags } from '../environments/environment-flags.ts';
import { jsonLinesFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { configFlag } from '../settings/config-flag.ts';
import { takeStandardOutput } from '../standard-output.ts';
import { createJsonDisplay } from '../training/json-display.ts';
import { curveFileFlags } from '../training/open-curve-files.ts';
import { defaultOutput, planRun } from '../training/plan-run.ts';
import { runTraining } from '../training/run-training.ts';
import { TextDisplay } from '../training/text-display.ts';
import type { TrainingDisplay } from '../training/training-display.ts';

const trainOptionsSchema = z.object({
  ...environmentFlags,
  ...configFlag,
  output: z
    .string()
    .min(1)
    .optional()
    .describe(`Directory for models and checkpoints; default: ${defaultOutput}, or that of --resume`),
  force: z.boolean().default(false).describe('Overwrite an earlier training in the directory'),
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
  ...curveFileFlags,
  ...jsonLinesFlag,
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
  addSchemaFlags(command, jobRequestSchema, [
    'environment',
    'startFrom',
    'webhook',
    'network.modelDescription',
  ]);
  command.action(async (argument: string | undefined) => {
    const { json, verbose: isVerbose, logLevel, ...flags } = readSchemaFlags(command, trainOptionsSchema);
    const output = takeStandardOutput();
    const now = (): number => performance.now();
    const display: TrainingDisplay = json
      ? createJsonDisplay(output, now)
      : new TextDisplay({ output, isVerbose, now });
    const onCurveFailure = (reason: string): void => display.onWarning?.(warnOfFailure(reason));
    const planned = await planRun(command, argument, { ...flags, onCurveFailure });
    display.begin(planned.spec);
    const summary = await runTraining({ ...planned, display, logLevel });
    display.finish(summary);
    if (summary.reason === 'paused') setExitCode(interruptedExitCode);
  });
};
