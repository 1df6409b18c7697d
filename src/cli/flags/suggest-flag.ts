// Suggestion of a similar flag, added to commander's message about an unknown option.
import type { Command } from 'commander';
import { suggestField } from '../../shared/fields/suggest-field.ts';

/** Returns the message for the user. Only messages about unknown options change. */
export function suggestFlag(message: string, command: Command): string {
  const unknown = /^error: unknown option '--([^'=]+)/.exec(message)?.[1];
  if (unknown === undefined) return message;
  const flags = command.options.flatMap(({ long }) => (long ? [long.slice(2)] : []));
  const names = command.registeredArguments.map((argument) => argument.name());
  const meant = suggestField(unknown, [...flags, ...names]);
  if (meant === null) return message;
  return `${message.trimEnd()}; ${describe(meant, { flags, names })}\n`;
}

function describe(
  meant: string,
  { flags, names }: { readonly flags: readonly string[]; readonly names: readonly string[] },
): string {
  if (names.includes(meant)) return `give the ${meant} without a flag`;
  return flags.includes(meant) ? `did you mean --${meant}?` : `did you mean one of --${meant}.…?`;
}
