// The a3c command as commander's tree, with the commands that are asked for in full.
import { Command } from 'commander';
import { readVersion } from '../server/version.ts';
import type { CommandContext } from './command-context.ts';
import { commandList } from './command-list.ts';
import { addSuggestion } from './flags/add-suggestion.ts';
import { addExamples, styleHelp } from './help/style-help.ts';

/** `isWanted` says which commands are loaded; the others have only their name and summary. */
export async function createProgram(
  context: CommandContext,
  isWanted: (name: string) => boolean,
): Promise<Command> {
  const program = new Command('a3c')
    .description('Trains reinforcement-learning agents and serves their models')
    .version(readVersion())
    // Flags after the name of a command are its own: `a3c jobs watch ID --json`.
    .enablePositionalOptions()
    .exitOverride();
  styleHelp(program);
  for (const { name, group, summary, load } of commandList) {
    const command = program.command(name).description(summary).helpGroup(group);
    if (isWanted(name)) (await load())(command, context);
  }
  for (const command of listCommands(program)) completeCommand(command, program);
  return program;
}

/** The subcommands of a command, and theirs. */
export function listCommands(command: Command): readonly Command[] {
  return command.commands.flatMap((one) => [one, ...listCommands(one)]);
}

/** The words that a person types for a command, without `a3c`. */
export function nameCommand(command: Command, program: Command): string {
  const { parent } = command;
  return parent === null || parent === program
    ? command.name()
    : `${nameCommand(parent, program)} ${command.name()}`;
}

/** What all commands have. */
function completeCommand(command: Command, program: Command): void {
  command.showSuggestionAfterError(false);
  command.configureOutput({ outputError: (message, write) => write(addSuggestion(message, command)) });
  addExamples(command, nameCommand(command, program));
}
