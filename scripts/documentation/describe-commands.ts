// The reference of the command line (in docs/command-line.md), made from the definition of the commands.
import type { Argument, Command } from 'commander';
import { createProgram, listCommands, nameCommand } from '../../src/cli/create-program.ts';
import { FieldOption } from '../../src/cli/flags/schema-flags.ts';
import { examples } from '../../src/cli/help/examples.ts';

/** The reference stands below this line; what is above it is written by hand. */
const mark = '<!-- Below this line: written by `npm run document`. -->';

/** Defaults that depend on the machine. */
const machineDefaults: Readonly<Record<string, string>> = { maxRunningJobs: 'the number of cores' };

/** Returns the document with a new reference: every command with its arguments, flags and examples. */
export async function documentCommands(document: string): Promise<string> {
  const program = await createProgram({ setExitCode: () => undefined, stop: null }, () => true);
  const commands = listCommands(program).map((command) =>
    describeCommand(command, nameCommand(command, program)),
  );
  const [written = ''] = document.split(mark);
  return `${[`${written}${mark}`, '## Commands', ...commands].join('\n\n')}\n`;
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
    ...(options.length < command.options.length
      ? ['And the [fields of a job](job-fields.md): `stop.maxSteps` is `--stop.max-steps`.']
      : []),
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
