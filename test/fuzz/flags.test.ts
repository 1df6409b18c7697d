// Fuzz test of command lines: the flags make a valid job or are refused by name; flags written from a job give that
// job again.
import { Command, CommanderError } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFlags } from '../../src/cli/flags/describe-flags.ts';
import { InvalidFlagsError } from '../../src/cli/flags/invalid-flags-error.ts';
import { addSchemaFlags, normalizeFlags, readSchemaFlags } from '../../src/cli/flags/schema-flags.ts';
import { flatten } from '../../src/shared/fields/flatten.ts';
import { jobRequestSchema, type JobRequest } from '../../src/shared/job/job-spec.ts';
import { fromSchema } from './generators/from-schema.ts';
import { hostileText } from './generators/hostile-json.ts';
import { countRuns } from './runs.ts';

const fixed = { environment: 'CartPole-v1' };
const flags = describeFlags(jobRequestSchema, ['environment']);

function parse(args: readonly string[]): JobRequest {
  const command = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => null, writeOut: () => null });
  addSchemaFlags(command, jobRequestSchema, ['environment']);
  command.parse(normalizeFlags(args, command.options), { from: 'user' });
  return readSchemaFlags(command, jobRequestSchema, fixed);
}

const word = fc.oneof(
  { arbitrary: fc.constantFrom(...flags.map(({ name }) => name)), weight: 4 },
  { arbitrary: fc.constantFrom(...flags.map(({ path }) => `--${path}`)), weight: 1 },
  {
    arbitrary: fc.constantFrom(
      '1',
      '0.5',
      'true',
      'false',
      'null',
      '[]',
      '{}',
      '-1',
      '1e999',
      '--',
      '-',
      '--__proto__',
      '--no-workers',
    ),
    weight: 4,
  },
  { arbitrary: hostileText, weight: 2 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom(...flags.map(({ name }) => name)), hostileText)
      .map((parts) => parts.join('=')),
    weight: 2,
  },
);

/** The flag of each field that has a value, in its spelling for a command line. */
function writeFlags(request: object): string[] {
  return flags.flatMap(({ path, name, type }) => {
    const value = path.split('.').reduce<unknown>((parent, key) => readField(parent, key), request);
    if (value === undefined) return [];
    return [`${name}=${type === 'text' && typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
}

function readField(parent: unknown, key: string): unknown {
  if (typeof parent !== 'object' || parent === null) return undefined;
  return Object.entries(parent).find(([name]) => name === key)?.[1];
}

describe('a command line', () => {
  it('gives a job or is refused, for any words', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        try {
          const request = parse(words);
          expect(jobRequestSchema.parse(request)).toEqual(request);
        } catch (error) {
          if (!(error instanceof InvalidFlagsError) && !(error instanceof CommanderError)) throw error;
        }
        expect(Object.prototype).not.toHaveProperty('polluted');
      }),
      { numRuns: countRuns(300) },
    );
  });

  it('says all that a job can say', () => {
    // An object without fields has no flag, and neither has null where an object may stand.
    const isSayable = (request: JobRequest): boolean =>
      !JSON.stringify(request).includes(':{}') &&
      [...flatten(request)].every(
        ([path, value]) =>
          value !== null || flags.some((flag) => path === flag.path || path.startsWith(`${flag.path}.`)),
      );
    fc.assert(
      fc.property(fromSchema(jobRequestSchema, { tenthsOfOptional: 3 }), (generated) => {
        const request = jobRequestSchema.safeParse({
          ...(typeof generated === 'object' ? generated : {}),
          ...fixed,
        });
        fc.pre(request.success && isSayable(request.data));
        // As text, like any request: JSON has no −0.
        const said = jobRequestSchema.parse(JSON.parse(JSON.stringify(request.data)));
        // "null" is how a flag says null; a name that is that word cannot be said.
        fc.pre(said.name !== 'null');
        expect(parse(writeFlags(said))).toEqual(said);
      }),
      { numRuns: countRuns(200) },
    );
  });
});
