// Composition root of the a3c command: runs one command line, and gives each kind of failure its exit code.
import { CommanderError, type Command, type Option } from 'commander';
import { readVersion } from '../server/version.ts';
import { AppError } from '../shared/errors/app-error.ts';
import type { CommandContext } from './command-context.ts';
import { createProgram } from './create-program.ts';
import { describeFailure } from './describe-failure.ts';
import { normalizeFlags } from './flags/schema-flags.ts';
import { createGreeting } from './help/greeting.ts';
import { OutputExistsError } from './overwriting/output-exists-error.ts';

const exitCodes = { failure: 1, usage: 2 } as const;

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
  if (args.length === 0) {
    process.stdout.write(createGreeting(readVersion(), process.stdout));
    return exitCode;
  }
  if (args[0] === 'complete') {
    const { printCompletion } = await import('./completion/print-completion.ts');
    process.stdout.write(await printCompletion(args.slice(1)));
    return exitCode;
  }
  try {
    // In `a3c help train`, the second word is the command.
    const program = await createProgram(context, (name) => args.slice(0, 2).includes(name));
    const options = listOptions(program);
    await program.parseAsync(normalizeFlags(args, options), { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportError(error);
  }
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
