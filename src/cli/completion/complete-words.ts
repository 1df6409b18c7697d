// What may stand at the end of a command line: the place is found in commander's tree, as commander would read it.
import type { Argument, Command, Option } from 'commander';
import { FieldOption, spellFlag } from '../flags/schema-flags.ts';
import { replayFormats } from '../replays/replay-format.ts';

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** `files` and `directories` are left to the shell, which knows how to quote them. */
export type Completion =
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  /** Those that end in a dot and one of `endings`; all, if there are none. */
  | { readonly kind: 'files'; readonly endings: readonly string[] }
  | { readonly kind: 'directories' };

/** Candidates that are not in the definition of the commands. */
export interface WordSources {
  readonly listEnvironments: () => Promise<readonly Candidate[]>;
  /** Jobs of the server that the command line names, if it answers soon. */
  readonly listJobs: () => Promise<readonly Candidate[]>;
  /** Its experiments and tunings. */
  readonly listExperiments: () => Promise<readonly Candidate[]>;
}

const allFiles: Completion = { kind: 'files', endings: [] };
const none: Completion = { kind: 'words', candidates: [] };

/** Completes the last of the words after `a3c`; it may be empty. */
export async function completeWords(
  program: Command,
  words: readonly string[],
  sources: WordSources,
): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const place = readWords(program, words.slice(0, -1));
  const { command, option, operands } = place;
  if (option?.required === true || (option?.optional === true && isBoolean(current)))
    return await completeValue({ ...place, option }, current, sources);
  const [, name, text] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
  if (name !== undefined && text !== undefined) {
    const named = findOption(command, name);
    const completion = named ? await completeValue({ command, option: named }, text, sources) : none;
    return addPrefix(completion, `${name}=`);
  }
  if (current.startsWith('-')) return select(listOptions(command), current);
  const subcommands = operands === 0 ? listSubcommands(command) : [];
  const argument = command.registeredArguments[operands] ?? findVariadic(command);
  if (argument === undefined) return select(subcommands, current);
  const completion = await completeArgument(argument, current, sources);
  if (completion.kind !== 'words') return subcommands.length > 0 ? select(subcommands, current) : completion;
  return {
    kind: 'words',
    candidates: [...select(subcommands, current).candidates, ...completion.candidates],
  };
}

/** The value of a switch may be left out, so only its beginning shows that it is one. */
function isBoolean(text: string): boolean {
  return text !== '' && ['true', 'false'].some((value) => value.startsWith(text));
}

interface Place {
  readonly command: Command;
  /** The option whose value comes next, or may come. */
  readonly option: Option | undefined;
  /** Number of arguments before the place. */
  readonly operands: number;
}

function readWords(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, option: undefined, operands: 0 };
  for (const word of words) {
    const { command, option, operands } = place;
    // Bash splits words at =.
    if (option && word === '=') continue;
    if (option?.required) place = { ...place, option: undefined };
    else if (option && (word === 'true' || word === 'false')) place = { ...place, option: undefined };
    else if (word.startsWith('-')) place = { ...place, option: findOption(command, word) };
    else {
      const subcommand = operands === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      place = subcommand
        ? { command: subcommand, option: undefined, operands: 0 }
        : { command, option: undefined, operands: operands + 1 };
    }
  }
  return place;
}

function findOption(command: Command, word: string): Option | undefined {
  const spelled = spellFlag(word);
  return command.options.find(({ long, short }) => long === spelled || short === spelled);
}

function findVariadic({ registeredArguments }: Command): Argument | undefined {
  const last = registeredArguments.at(-1);
  return last?.variadic === true ? last : undefined;
}

function listOptions(command: Command): Candidate[] {
  const own = command.options.map(({ long, description }) => ({ value: long ?? '', description }));
  return [...own, { value: '--help', description: 'display help for command' }];
}

function listSubcommands(command: Command): Candidate[] {
  return command.commands.map((one) => ({ value: one.name(), description: one.description() }));
}

/** Flags whose values are paths. */
const pathFlags: Readonly<Record<string, 'files' | 'directories'>> = {
  config: 'files',
  csv: 'files',
  data: 'directories',
  environments: 'files',
  output: 'files',
  portFile: 'files',
  resume: 'directories',
  startFrom: 'directories',
  tensorboard: 'directories',
};

/** What files of a flag end in, by command and flag. */
const fileEndings: Readonly<Record<string, readonly string[]>> = { 'play output': replayFormats };

interface OptionPlace {
  readonly command: Command;
  readonly option: Option;
}

async function completeValue(
  { command, option }: OptionPlace,
  current: string,
  sources: WordSources,
): Promise<Completion> {
  if (!(option instanceof FieldOption)) return none;
  const { path, type, choices, isNullable } = option.flag;
  // In bash, the current word may be the = itself.
  const text = current === '=' ? '' : current;
  if (path === 'environment') return select(await sources.listEnvironments(), text);
  const kind = Object.hasOwn(pathFlags, path) ? pathFlags[path] : undefined;
  if (kind !== undefined && type !== 'json')
    return kind === 'files' ? { kind, endings: fileEndings[`${command.name()} ${path}`] ?? [] } : { kind };
  const values = type === 'boolean' ? ['true', 'false'] : choices;
  const all = isNullable && values.length > 0 ? [...values, 'null'] : values;
  return select(
    all.map((value) => ({ value, description: '' })),
    text,
  );
}

async function completeArgument(
  argument: Argument,
  current: string,
  { listEnvironments, listJobs, listExperiments }: WordSources,
): Promise<Completion> {
  const choices = (argument.argChoices ?? []).map((value) => ({ value, description: '' }));
  switch (argument.name()) {
    case 'environment':
      // Or the file of a module.
      return /^[./~]/.test(current) ? allFiles : select(await listEnvironments(), current);
    case 'job':
    case 'jobs':
      return select(shorten(await listJobs(), current), current);
    case 'experiment':
      return select(shorten(await listExperiments(), current), current);
    case 'runs':
      return /^[./~]/.test(current)
        ? { kind: 'directories' }
        : select(shorten(await listJobs(), current), current);
    case 'model-dir':
      // Or the archive of a model, as the server sends it.
      return { kind: 'files', endings: ['zip'] };
    case 'module':
      return allFiles;
    default:
      return select(choices, current);
  }
}

/** Ids may be typed without their prefix, like `job_`. */
function shorten(items: readonly Candidate[], current: string): readonly Candidate[] {
  if (current === '' || items.some(({ value }) => value.startsWith(current))) return items;
  return items.map(({ value, description }) => ({ value: value.replace(/^[a-z]+_/, ''), description }));
}

function select(candidates: readonly Candidate[], beginning: string): Extract<Completion, { kind: 'words' }> {
  return { kind: 'words', candidates: candidates.filter(({ value }) => value.startsWith(beginning)) };
}

function addPrefix(completion: Completion, prefix: string): Completion {
  if (completion.kind !== 'words') return completion;
  const candidates = completion.candidates.map((one) => ({ ...one, value: `${prefix}${one.value}` }));
  return { kind: 'words', candidates };
}
