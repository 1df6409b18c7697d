import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeFlags } from '../../../src/cli/flags/describe-flags.ts';
import { addSchemaFlags, normalizeFlags, readSchemaFlags } from '../../../src/cli/flags/schema-flags.ts';
import { jobRequestSchema } from '../../../src/shared/job/job-spec.ts';
import { stopSchema } from '../../../src/shared/job-fields/job-fields.ts';

/** Runs a command line against the flags of a schema. */
function parse<Schema extends z.ZodType>(
  schema: Schema,
  args: readonly string[],
  fixed = {},
): z.output<Schema> {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => null });
  addSchemaFlags(command, schema, Object.keys(fixed));
  command.parse(normalizeFlags(args, command.options), { from: 'user' });
  return readSchemaFlags(command, schema, fixed);
}
const parseJob = (...args: string[]) => parse(jobRequestSchema, args, { environment: 'CartPole-v1' });

describe('flags of a job', () => {
  it('has one flag for every field, described as in the schema', () => {
    const flags = describeFlags(jobRequestSchema, ['environment']);
    const names = flags.map(({ name }) => name);
    for (const key of Object.keys(jobRequestSchema.shape)) {
      const prefix = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      expect(names.some((name) => name === prefix || name.startsWith(`${prefix}.`))).toBe(
        key !== 'environment',
      );
    }
    expect(names).toEqual(
      expect.arrayContaining(['--optimizer.critic-learning-rate', '--policy.type', '--stop.max-steps']),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const [path, field] of Object.entries(jobRequestSchema.omit({ environment: true }).shape)) {
      const { description } = field.unwrap();
      const flag = flags.find((one) => one.path === path);
      if (flag && description !== undefined) expect(flag.description, path).toContain(description);
    }
    expect(flags.find(({ path }) => path === 'stop.maxSteps')?.description).toBe(
      stopSchema.shape.maxSteps.description,
    );
  });

  it('leaves out a field with all that is in it', () => {
    const names = describeFlags(jobRequestSchema, ['startFrom', 'stop']).map(({ path }) => path);
    expect(names.filter((path) => /^(startFrom|stop)(\.|$)/.test(path))).toEqual([]);
    expect(names).toContain('seed');
  });

  it('reads numbers, nested fields, JSON, null and booleans in either spelling', () => {
    expect(
      parseJob(
        '--rollout-length',
        '20',
        '--environmentsPerWorker=4',
        '--optimizer.learningRate',
        '1e-3',
        '--optimizer.critic-learning-rate=null',
        '--stop.target-reward',
        '-100',
        '--network.layers',
        '[{"type":"dense","units":8}]',
        '--network.shared',
        '--metadata',
        '{"a":1}',
        '--name',
        '20',
      ),
    ).toEqual({
      environment: 'CartPole-v1',
      rolloutLength: 20,
      environmentsPerWorker: 4,
      optimizer: { learningRate: 0.001, criticLearningRate: null },
      stop: { targetReward: -100 },
      network: { layers: [{ type: 'dense', units: 8, activation: 'relu' }], shared: true },
      metadata: { a: 1 },
      name: '20',
    });
    expect(parseJob('--network.shared', 'false')).toMatchObject({ network: { shared: false } });
  });

  it.each([
    [['--rollout-length', 'many'], /^--rollout-length: [^;]*expected number, received string$/],
    [['--rollout-length', '1.5'], /^--rollout-length: [^;]*expected int, received number$/],
    [['--rollout-length', ''], /^--rollout-length: [^;]*expected number, received string$/],
    [['--workers', '0', '--discount', '2'], /^--workers: [^;]*>=1; --discount: [^;]*<=1$/],
    [['--algorithm', 'dqn'], /^--algorithm: .*"a3c"/],
    [['--network.shared=maybe'], /^--network\.shared: .*boolean/],
    [['--network.layers', '[{'], /^--network\.layers: not JSON: \[\{$/],
    [['--network.layers', '[{"type":"dense","units":0}]'], /^--network\.layers\.0\.units: [^;]*>=1$/],
    // Only a field that may be null takes the word for it.
    [['--workers', 'null'], /^--workers: [^;]*expected number, received string$/],
    [['--policy.initial-log-standard-deviation', '0'], /^--policy\.type: .*'categorical'/],
  ])('refuses %j naming the flag', (args, message) => {
    expect(() => parseJob(...args)).toThrow(message);
  });

  it('does not use the argument after a switch as its value', () => {
    const command = new Command().argument('<name>').exitOverride();
    addSchemaFlags(command, z.strictObject({ isLoud: z.boolean(), count: z.int().optional() }));
    for (const args of [
      ['--is-loud', 'x'],
      ['x', '--is-loud'],
      ['--isLoud', 'true', 'x'],
      ['--is-loud=true', 'x'],
      ['--is-loud', '--count', '1', 'x'],
    ]) {
      command.parse(normalizeFlags(args, command.options), { from: 'user' });
      expect([command.args, command.opts().isLoud]).toEqual([['x'], 'true']);
    }
    expect(command.opts().count).toBe('1');
  });

  it('refuses flags that no field has', () => {
    expect(() => parseJob('--rolout-length', '20')).toThrow(/unknown option/);
    expect(() => parseJob('--environment', 'CartPole-v0')).toThrow(/unknown option/);
  });
});

describe('flags of any schema', () => {
  it('list a single choice, and for a union what its variants have in common', () => {
    const schema = z.strictObject({
      engine: z.enum(['wasm']).describe('What computes'),
      mode: z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('a').describe('First'),
          size: z.int().default(1),
          pace: z.enum(['x']),
        }),
        z.strictObject({
          type: z.literal('b').describe('Second'),
          size: z.int().default(2),
          pace: z.enum(['y']),
        }),
      ]),
    });
    expect(describeFlags(schema).map(({ name, description }) => [name, description])).toEqual([
      ['--engine', 'What computes (wasm)'],
      ['--mode.type', '(a | b)'],
      ['--mode.size', ''],
      ['--mode.pace', '(x | y)'],
    ]);
  });

  it('list the choices and defaults that the text leaves out', () => {
    const schema = z.strictObject({
      level: z.enum(['debug', 'info']).default('info').describe('What is logged'),
      mode: z.union([
        z.strictObject({ type: z.literal('a'), size: z.int() }),
        z.strictObject({ type: z.literal('b') }),
      ]),
    });
    expect(describeFlags(schema).map(({ name, description }) => [name, description])).toEqual([
      ['--level', 'What is logged (debug | info) (default: "info")'],
      ['--mode.type', '(a | b)'],
      ['--mode.size', ''],
    ]);
    expect(parse(schema, ['--mode.type', 'b'])).toEqual({ level: 'info', mode: { type: 'b' } });
  });

  it('do not change values that look like flags', () => {
    expect(
      normalizeFlags(['train', '--maxSteps=aB', '--', 'CartPole-v1', '-v', '--outputDir', '/Tmp/aB'], []),
    ).toEqual(['train', '--max-steps=aB', '--', 'CartPole-v1', '-v', '--output-dir', '/Tmp/aB']);
  });
});
