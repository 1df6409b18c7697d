// Reference of the command line for docs/command-line.md, from the definition of the commands.
import { join } from 'node:path';
import type { Argument, Command } from 'commander';
import { format, resolveConfig } from 'prettier';
import { createProgram, listCommands, nameCommand } from '../src/cli/create-program.ts';
import { FieldOption } from '../src/cli/flags/schema-flags.ts';
import { examples } from '../src/cli/help/examples.ts';

/** The reference stands below this line; what is above it is written by hand. */
export const referenceMark = '<!-- Below this line: written by `npm run reference`. -->';

/** Defaults that depend on the machine. */
const machineDefaults: Readonly<Record<string, string>> = { maxRunningJobs: 'the number of cores' };

/** The reference as the document has it. */
export async function formatReference(): Promise<string> {
  const path = join(import.meta.dirname, '../docs/command-line.md');
  return await format(await writeReference(), { ...(await resolveConfig(path)), filepath: path });
}

/** Lists every command with its arguments, flags and examples, and the flags of job fields once. */
async function writeReference(): Promise<string> {
  const program = await createProgram({ setExitCode: () => undefined, stop: null }, () => true);
  const commands = listCommands(program);
  const trainOptions = commands.find((command) => command.name() === 'train')?.options ?? [];
  return [
    '## Commands',
    ...commands.map((command) => describeCommand(command, nameCommand(command, program))),
    '## Job fields as flags',
    'Flags of `a3c train` and `a3c jobs start`; those of `a3c tune` fix a field for all trials. Without a flag, a field has the value of the preset of its environment: `a3c presets ENVIRONMENT` prints all of them.',
    writeTable(['flag', ''], trainOptions.filter(isJobField).map(describeOption)),
  ].join('\n\n');
}

function describeCommand(command: Command, name: string): string {
  const args = command.registeredArguments;
  const usage = ['a3c', name, ...args.map(describeTerm)].join(' ');
  const options = command.options.filter((option) => !isJobField(option));
  return [
    `### \`${usage}\``,
    endSentence(command.description()),
    ...(args.length > 0 ? [writeTable(['argument', ''], args.map(describeArgument))] : []),
    ...(options.length > 0 ? [writeTable(['flag', ''], options.map(describeOption))] : []),
    ...(options.length < command.options.length ? ['And [the fields of a job](#job-fields-as-flags).'] : []),
    ...describeExamples(name),
  ].join('\n\n');
}

function isJobField({ helpGroupHeading }: { readonly helpGroupHeading?: string | undefined }): boolean {
  return helpGroupHeading?.startsWith('Job fields') === true;
}

function describeTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function describeArgument(argument: Argument): readonly string[] {
  const choices = argument.argChoices === undefined ? '' : ` (${argument.argChoices.join(' | ')})`;
  return [`\`${argument.name()}\``, `${argument.description}${choices}`];
}

function describeOption(option: Command['options'][number]): readonly string[] {
  if (!(option instanceof FieldOption)) return [`\`${option.flags}\``, option.description];
  const { path } = option.flag;
  const machine = Object.hasOwn(machineDefaults, path) ? machineDefaults[path] : undefined;
  const description =
    machine === undefined
      ? option.description
      : option.description.replace(/\(default: [^)]*\)$/, `(default: ${machine})`);
  return [`\`${option.term}\``, description];
}

function describeExamples(name: string): string[] {
  const own = examples[name] ?? [];
  if (own.length === 0) return [];
  const width = Math.max(...own.map(({ line }) => line.length));
  const lines = own.map(({ line, description }) => `npx ${line.padEnd(width)}  # ${description}`);
  return [['```sh', ...lines, '```'].join('\n')];
}

function writeTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => '---'), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`)
    .join('\n');
}

function endSentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
