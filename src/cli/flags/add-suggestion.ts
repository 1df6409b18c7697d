// Suggestions of similar flags and subcommands, added to commander's messages.
import type { Command } from 'commander';
import { suggestChoice, suggestFields } from '../../shared/fields/suggest-names.ts';

/** Returns the message for the user. Only messages about unknown options and subcommands change. */
export function addSuggestion(message: string, command: Command): string {
  const option = /^error: unknown option '--([^'=]+)/.exec(message)?.[1];
  if (option !== undefined) return suggestFlag(message, option, command);
  // Commander takes an unknown subcommand for an argument of the command.
  const [word] = command.args;
  const isUnknown = message.startsWith('error: too many arguments') && command.commands.length > 0;
  return isUnknown && word !== undefined ? describeUnknown(word, command) : message;
}

function describeUnknown(word: string, command: Command): string {
  const names = command.commands.map((one) => one.name());
  const meant = suggestChoice(word, names);
  const help = meant === null ? `there are ${names.join(', ')}` : `did you mean ${command.name()} ${meant}?`;
  return `error: unknown command '${command.name()} ${word}'; ${help}\n`;
}

function suggestFlag(message: string, unknown: string, command: Command): string {
  const flags = command.options.flatMap(({ long }) => (long ? [long.slice(2)] : []));
  const names = command.registeredArguments.map((argument) => argument.name());
  const meant = suggestFields(unknown, [...flags, ...names]);
  const [first] = meant;
  if (first === undefined) return message;
  const suggestion = names.includes(first)
    ? `give the ${first} without a flag`
    : `did you mean ${meant.map((name) => describe(name, flags)).join(' or ')}?`;
  return `${message.trimEnd()}; ${suggestion}\n`;
}

/** A flag, or all flags of an object. */
function describe(name: string, flags: readonly string[]): string {
  return flags.includes(name) ? `--${name}` : `one of --${name}.…`;
}
