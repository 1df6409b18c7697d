// a3c tune: searches for settings that learn an environment, in this process.
import { pino } from 'pino';
import { z } from 'zod';
import { tune, type TunedSettings, type TuneOptions } from '../../master/tuning/tune.ts';
import { planSearch } from '../../shared/tuning/plan-search.ts';
import { jobRequestSchema } from '../../shared/job/job-spec.ts';
import type { DefineCommand } from '../command-context.ts';
import { drawSeed } from '../draw-seed.ts';
import { chooseEnvironment, environmentArgument } from '../environments/choose-environment.ts';
import { environmentFlags } from '../environments/environment-flags.ts';
import { reportAsFlags } from '../flags/report-as-flags.ts';
import { jsonLinesFlag } from '../flags/json-flags.ts';
import { addSchemaFlags, readSchemaFlags } from '../flags/schema-flags.ts';
import { takeStandardOutput } from '../standard-output.ts';
import { createJsonTuningDisplay } from '../tuning/json-tuning-display.ts';
import { TextTuningDisplay } from '../tuning/text-tuning-display.ts';
import type { TuningDisplay } from '../tuning/tuning-display.ts';

const tuneOptionsSchema = z.object({
  ...environmentFlags,
  trials: z
    .int()
    .min(1)
    .max(10_000)
    .default(32)
    .describe('Number of settings to try; the first are the default settings of a job'),
  seeds: z.int().min(1).max(100).default(3).describe('Training runs of each trial in the last two rungs'),
  maxSteps: z
    .int()
    .min(1)
    .max(1e12)
    .optional()
    .describe('Training steps of a run in the last rung; the same as --stop.max-steps'),
  seed: z.int().min(0).optional().describe('Seed of the search; random by default'),
  ...jsonLinesFlag,
});

const interruptedExitCode = 130;

export const defineTune: DefineCommand = (command, { setExitCode }) => {
  command.argument('<environment>', environmentArgument);
  addSchemaFlags(command, tuneOptionsSchema);
  command.optionsGroup(
    'Job fields to fix for all trials (the others are drawn at random, or come from the preset):',
  );
  addSchemaFlags(command, jobRequestSchema, [
    'environment',
    'seed',
    'startFrom',
    'webhook',
    'network.modelTopology',
    'network.modelDescription',
  ]);
  command.action(async (argument: string) => {
    const options = readSchemaFlags(command, tuneOptionsSchema);
    const output = takeStandardOutput();
    const { maxSteps, seed = drawSeed(), json, environments, python, ...size } = options;
    const definition = await chooseEnvironment(argument, { environments, python });
    const environment = definition.id;
    const request = readSchemaFlags(command, jobRequestSchema, {
      environment,
      startFrom: null,
      webhook: null,
    });
    const fixed = maxSteps === undefined ? request : { ...request, stop: { ...request.stop, maxSteps } };
    const search = { ...size, seed, fixed, definition };
    const { rungs } = await reportAsFlags(() => planSearch(search));
    const display = json
      ? createJsonTuningDisplay(output)
      : new TextTuningDisplay({ progress: process.stderr, result: output });
    display.begin({ environment, seed, rungs });
    const { best, isInterrupted } = await tuneUntilInterrupted(search, display);
    display.finish(best);
    if (isInterrupted) setExitCode(interruptedExitCode);
  });
};

/** Searches until the search ends or Ctrl-C stops it. A second Ctrl-C ends the process at once. */
async function tuneUntilInterrupted(
  search: Omit<TuneOptions, 'logger' | 'listener' | 'signal'>,
  listener: TuningDisplay,
): Promise<{ best: TunedSettings | null; isInterrupted: boolean }> {
  const controller = new AbortController();
  const interrupt = (): void => {
    controller.abort();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const logger = pino({ level: 'silent' });
    const best = await tune({ ...search, logger, listener, signal: controller.signal });
    return { best, isInterrupted: controller.signal.aborted };
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
