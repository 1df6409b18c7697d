// Composition root of the a3c command: its subcommands, and the exit code of each kind of failure.
import { Command, CommanderError, type Option } from 'commander';
import { readVersion } from '../server/version.ts';
import { AppError } from '../shared/errors/app-error.ts';
import type { CommandContext, DefineCommand } from './command-context.ts';
import { describeFailure } from './describe-failure.ts';
import { suggestFlag } from './flags/suggest-flag.ts';
import { normalizeFlags } from './flags/schema-flags.ts';
import { OutputExistsError } from './overwriting/output-exists-error.ts';

const exitCodes = { failure: 1, usage: 2 } as const;

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the chosen command only: `a3c play` should not wait until a web server is imported. */
  readonly load: () => Promise<DefineCommand>;
}

const commands: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'Start the training server',
    load: async () => (await import('./commands/serve.ts')).defineServe,
  },
  {
    name: 'train',
    summary: 'Train in this process, without a server',
    load: async () => (await import('./commands/train.ts')).defineTrain,
  },
  {
    name: 'tune',
    summary: 'Search for better settings for an environment',
    load: async () => (await import('./commands/tune.ts')).defineTune,
  },
  {
    name: 'play',
    summary: 'Show a trained model playing in the terminal',
    load: async () => (await import('./commands/play.ts')).definePlay,
  },
  {
    name: 'evaluate',
    summary: 'Score a trained model over fresh greedy episodes',
    load: async () => (await import('./commands/evaluate.ts')).defineEvaluate,
  },
  {
    name: 'export',
    summary: 'Write a trained model as ONNX, safetensors, TensorFlow.js files or a zip',
    load: async () => (await import('./commands/export.ts')).defineExport,
  },
  {
    name: 'jobs',
    summary: 'List, watch, start, pause, cancel and delete the jobs of a server',
    load: async () => (await import('./commands/jobs.ts')).defineJobs,
  },
  {
    name: 'compare',
    summary: 'Compare jobs, or trainings in directories: settings, results and curves',
    load: async () => (await import('./commands/compare.ts')).defineCompare,
  },
  {
    name: 'experiment',
    summary: 'Train variations of a job over several seeds on a server, and compare them',
    load: async () => (await import('./commands/experiment.ts')).defineExperiment,
  },
  {
    name: 'open',
    summary: 'Open the dashboard of a server in the browser',
    load: async () => (await import('./commands/open.ts')).defineOpen,
  },
  {
    name: 'environments',
    summary: 'List the environments',
    load: async () => (await import('./commands/environments.ts')).defineEnvironments,
  },
  {
    name: 'check-environment',
    summary: 'Find mistakes in your own environment',
    load: async () => (await import('./commands/check-environment.ts')).defineCheckEnvironment,
  },
  {
    name: 'presets',
    summary: 'List the tuned settings',
    load: async () => (await import('./commands/presets.ts')).definePresets,
  },
  {
    name: 'doctor',
    summary: 'Report what works on this machine, and how to mend the rest',
    load: async () => (await import('./commands/doctor.ts')).defineDoctor,
  },
  {
    name: 'setup',
    summary: "Build TensorFlow.js's native backend",
    load: async () => (await import('./commands/setup.ts')).defineSetup,
  },
];

/** Runs one command line and returns the exit code. `stop` aborts when the process must stop. */
export async function runProgram(args: readonly string[], stop: AbortSignal | null): Promise<number> {
  let exitCode = 0;
  const context: CommandContext = {
    setExitCode: (code) => {
      exitCode = code;
    },
    stop,
  };
  exitQuietlyWhenTheReaderLeaves();
  try {
    const program = await createProgram(args, context);
    const options = listOptions(program);
    await program.parseAsync(normalizeFlags(args, options), { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportError(error);
  }
}

async function createProgram(args: readonly string[], context: CommandContext): Promise<Command> {
  const program = new Command('a3c')
    .description('Trains reinforcement-learning agents and serves their models')
    .version(readVersion())
    // Flags after the name of a command are its own: `a3c jobs watch ID --json`.
    .enablePositionalOptions()
    .exitOverride();
  for (const { name, summary, load } of commands) {
    const command = program.command(name).description(summary).showSuggestionAfterError(false);
    command.configureOutput({ outputError: (message, write) => write(suggestFlag(message, command)) });
    // In `a3c help train`, the second word is the command.
    if (args.slice(0, 2).includes(name)) (await load())(command, context);
  }
  return program;
}

/** Those of subcommands too. */
function listOptions(command: Command): readonly Option[] {
  return [...command.options, ...command.commands.flatMap(listOptions)];
}

/** Commander has already printed its own errors. Expected failures are described in words, bugs with their stack. */
function reportError(error: unknown): number {
  // main.ts has a better message for file handles.
  if (error instanceof Error && 'code' in error && error.code === 'EMFILE') throw error;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  console.error(error instanceof AppError ? describeFailure(error) : error);
  return error instanceof OutputExistsError ? exitCodes.usage : exitCodes.failure;
}

/** In `a3c train … | head`, the reader closes our output: that ends the command and is not an error. */
function exitQuietlyWhenTheReaderLeaves(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}
