// Flags of a zod schema: added to a command, and read back through the schema.
import { Option, type Command } from 'commander';
import type { z } from 'zod';
import { describeIssues } from '../../shared/fields/describe-issues.ts';
import { describeFlags, type Flag } from './describe-flags.ts';
import { InvalidFlagsError } from './invalid-flags-error.ts';

const placeholders = {
  number: '<number>',
  boolean: '[true|false]',
  text: '<text>',
  list: '<text>',
  json: '<json>',
} as const;

/** Option of a field. Its value is text, or a list of texts, until readSchemaFlags checks it. */
export class FieldOption extends Option {
  readonly flag: Flag;

  constructor(flag: Flag) {
    super(`${flag.name} ${placeholders[flag.type]}`, flag.description);
    this.flag = flag;
    if (flag.type === 'list')
      this.argParser((value, previous: readonly string[] | undefined) => [...(previous ?? []), value]);
  }

  /** How help shows it: a switch that is off needs no value to be on. */
  get term(): string {
    const isSwitch = this.flag.type === 'boolean' && this.flag.default === 'false';
    return isSwitch ? this.flag.name : this.flags;
  }
}

/** Adds one option per field of `schema`. The field's path is the option's name in `command.opts()`. */
export function addSchemaFlags(command: Command, schema: z.ZodType, excluded: readonly string[] = []): void {
  for (const flag of describeFlags(schema, excluded)) command.addOption(new FieldOption(flag));
}

/** Values of flags by the path of their field. */
export type FlagValues = ReadonlyMap<string, unknown>;

/** Reads the flags that were given, in the order of the schema, without checking their values. */
export function readFlagValues(
  command: Command,
  schema: z.ZodType,
  excluded: readonly string[] = [],
): FlagValues {
  const given = command.opts<Record<string, unknown>>();
  const values = describeFlags(schema, excluded).flatMap((flag) => {
    const value = given[flag.path];
    return value === undefined ? [] : [[flag.path, parseValue(flag, value)] as const];
  });
  return new Map(values);
}

/**
 * Returns the given values of the fields of `schema`, together with `fixed` values. Throws InvalidFlagsError that
 * names each invalid flag.
 */
export function readSchemaFlags<Schema extends z.ZodType>(
  command: Command,
  schema: Schema,
  fixed: Readonly<Record<string, unknown>> = {},
): z.output<Schema> {
  const input: Record<string, unknown> = { ...fixed };
  for (const [path, value] of readFlagValues(command, schema, Object.keys(fixed)))
    assign(input, path.split('.'), value);
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidFlagsError(describeIssues(schema, parsed.error.issues, input));
}

/**
 * Spells flags as they are declared (`--rolloutLength=20` becomes `--rollout-length=20`, `--no-train` becomes
 * `--train=false`). Adds `=true` to a switch without a value, which would otherwise take the next argument as its value.
 */
export function normalizeFlags(args: readonly string[], options: readonly Option[]): string[] {
  const switches = new Set(options.filter(({ optional }) => optional).map(({ long }) => long));
  return args.map(spellFlag).map((argument, index) => {
    const next = args[index + 1];
    const [, switchedOff] = /^--no-(.+)$/.exec(argument) ?? [];
    if (switchedOff !== undefined && switches.has(`--${switchedOff}`)) return `--${switchedOff}=false`;
    return switches.has(argument) && next !== 'true' && next !== 'false' ? `${argument}=true` : argument;
  });
}

/** Spells a flag as it is declared; other words stay as they are. */
export function spellFlag(argument: string): string {
  const [, name, rest = ''] = /^(--[a-z][\w.-]*)(=.*)?$/is.exec(argument) ?? [];
  if (name === undefined) return argument;
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) + rest;
}

/** Text that does not fit the flag's type is kept, so that the schema reports what it expected. */
function parseValue({ path, type, isNullable }: Flag, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (isNullable && value === 'null') return null;
  switch (type) {
    case 'text':
    case 'list':
      return value;
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value;
    case 'number':
      return value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value);
    case 'json':
      return parseJson(path, value);
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The positions in JSON.parse's message do not help on a command line.
    throw new InvalidFlagsError([{ path, message: `not JSON: ${text}` }]);
  }
}

function assign(
  target: Record<string, unknown>,
  [key = '', ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const existing = target[key];
  const child: Record<string, unknown> = isRecord(existing) ? existing : {};
  target[key] = child;
  assign(child, rest, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
