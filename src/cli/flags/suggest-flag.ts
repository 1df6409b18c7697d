// Suggestion of a similar flag, added to commander's message about an unknown option.
import type { Command } from 'commander';
import { suggestFields } from '../../shared/fields/suggest-names.ts';

/** Returns the message for the user. Only messages about unknown options change. */
export function suggestFlag(message: string, command: Command): string {
  const unknown = /^error: unknown option '--([^'=]+)/.exec(message)?.[1];
  if (unknown === undefined) return message;
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
