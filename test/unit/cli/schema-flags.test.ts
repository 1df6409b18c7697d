import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeFlags } from '../../../src/cli/flags/describe-flags.ts';
import { addSchemaFlags, normalizeFlags, readSchemaFlags } from '../../../src/cli/flags/schema-flags.ts';
import { jobRequestSchema } from '../../../src/shared/job/job-spec.ts';

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
    expect(flags.find(({ name }) => name === '--rollout-length')?.description).toBe(
      jobRequestSchema.shape.rolloutLength.unwrap().description,
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
    [['--rollout-length', 'many'], /^--rollout-length: .*expected number/],
    [['--rollout-length', '1.5'], /^--rollout-length: .*int/],
    [['--rollout-length', ''], /^--rollout-length: /],
    [['--workers', '0', '--discount', '2'], /^--workers: .*; --discount: /],
    [['--algorithm', 'ppo'], /^--algorithm: .*"a3c"/],
    [['--network.shared=maybe'], /^--network\.shared: .*boolean/],
    [['--network.layers', '[{'], /^--network\.layers: not JSON/],
    [['--network.layers', '[{"type":"dense","units":0}]'], /^--network\.layers\.0\.units: /],
    [['--workers', 'null'], /^--workers: /],
  ])('refuses %j naming the flag', (args, message) => {
    expect(() => parseJob(...args)).toThrow(message);
  });

  it('does not take the argument after a switch for its value', () => {
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
  });

  it('refuses flags that no field has', () => {
    expect(() => parseJob('--rolout-length', '20')).toThrow(/unknown option/);
    expect(() => parseJob('--environment', 'CartPole-v0')).toThrow(/unknown option/);
  });
});

describe('flags of any schema', () => {
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
      ['--mode.type', ''],
      ['--mode.size', ''],
    ]);
    expect(parse(schema, ['--mode.type', 'b'])).toEqual({ level: 'info', mode: { type: 'b' } });
  });

  it('leave values alone that look like flags in other spelling', () => {
    expect(
      normalizeFlags(['train', '--maxSteps=aB', '--', 'CartPole-v1', '-v', '--outputDir', '/Tmp/aB'], []),
    ).toEqual(['train', '--max-steps=aB', '--', 'CartPole-v1', '-v', '--output-dir', '/Tmp/aB']);
  });
});
