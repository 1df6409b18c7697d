// Look of the help: bold titles, flags with their values, examples. Commander leaves colours out where there is no
// terminal, and where NO_COLOR says so.
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { FieldOption } from '../flags/schema-flags.ts';
import { examples } from './examples.ts';

/** Styles the help of a command and of the subcommands that are added to it later. */
export function styleHelp(command: Command): void {
  command.configureHelp({
    styleTitle: style('bold'),
    styleOptionTerm: style('cyan'),
    styleArgumentTerm: style('cyan'),
    styleSubcommandTerm: style('cyan'),
    optionTerm: (option) => (option instanceof FieldOption ? option.term : option.flags),
    // The descriptions of our schemas have choices and defaults already.
    optionDescription: ({ description }) => description,
  });
}

/** Adds the examples of a command to its help. */
export function addExamples(command: Command, name: string): void {
  const own = examples[name] ?? [];
  const width = Math.max(...own.map(({ line }) => line.length));
  const lines = own.map(({ line, description }) => `  ${line.padEnd(width)}  # ${description}`);
  if (lines.length > 0) command.addHelpText('after', `\n${style('bold')('Examples:')}\n${lines.join('\n')}`);
}

function style(format: 'bold' | 'cyan'): (text: string) => string {
  // Commander removes colours itself, from everything that it writes.
  return (text) => styleText(format, text, { validateStream: false });
}
