// What commands print: JSON for programs where they ask for it, and text, without colours, where nobody looks.
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { environmentSummarySchema, presetSummarySchema } from '../../../src/shared/api/catalogue.ts';
import { runCommand } from '../../fixtures/command-line.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

/** Runs a command that must succeed, and returns what it prints. */
async function print(directory: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(args, { directory });
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

describe('--json', () => {
  it('lists environments and presets as the API does', async () => {
    const directory = createTemporaryDirectory();
    const environments = z
      .array(environmentSummarySchema)
      .parse(JSON.parse(await print(directory, 'environments', '--json')));
    expect(environments.map(({ id }) => id)).toContain('CartPole-v1');
    const presets = z
      .array(presetSummarySchema)
      .parse(JSON.parse(await print(directory, 'presets', '--algorithm', 'ppo', '--json')));
    expect(new Set(presets.map(({ algorithm }) => algorithm))).toEqual(new Set(['ppo']));
  });

  it('says what became of a model', async () => {
    const directory = createTemporaryDirectory();
    const limits = ['--seed', '1', '--workers', '1', '--stop.max-steps', '500'];
    const text = await print(directory, 'train', 'Identity-v0', ...limits, '--output', 'm');
    expect(text).toMatch(/^Training Identity-v0 with .*\n(moving average .*\n)*Trained /);
    const score = z
      .object({ environment: z.string(), mean: z.number(), returns: z.array(z.number()) })
      .parse(JSON.parse(await print(directory, 'evaluate', 'm', '--episodes', '3', '--json')));
    expect([score.environment, score.returns.length]).toEqual(['Identity-v0', 3]);
    const steps = (await print(directory, 'play', 'm', '--json')).trimEnd().split('\n');
    expect(steps).toHaveLength(20);
    const last = z.object({ step: z.int(), isLast: z.boolean() }).parse(JSON.parse(steps.at(-1) ?? ''));
    expect(last).toMatchObject({ step: 20, isLast: true });
    const exported: unknown = JSON.parse(await print(directory, 'export', 'm', '--format', 'zip', '--json'));
    expect(exported).toEqual({ path: 'm.zip', format: 'zip' });
  });
});

describe('help', () => {
  it('is a greeting without a command, with what to do first', async () => {
    const greeting = await print(createTemporaryDirectory());
    for (const line of ['npx a3c serve', 'npx a3c train CartPole-v1', 'npx a3c jobs'])
      expect(greeting).toContain(`\n  ${line} `);
    expect(greeting).not.toContain('\u001b');
  });

  it('lists the values of choices, and examples, in colours where they are asked for', async () => {
    const { stdout } = await runCommand(['export', '--help'], {
      directory: createTemporaryDirectory(),
      environment: { FORCE_COLOR: '1', NO_COLOR: '' },
    });
    expect(stdout).toContain('\u001b[1mExamples:');
    const plain = stripVTControlCharacters(stdout);
    expect(plain.replaceAll(/\s+/g, ' ')).toContain('(onnx | safetensors | zip | tfjs)');
    expect(plain).toMatch(/\nExamples:\n {2}a3c export \.\/a3c-model --format onnx/);
  });
});

it('a subcommand that does not exist comes with the one that was meant', async () => {
  const { code, stderr } = await runCommand(['jobs', 'wach'], { directory: createTemporaryDirectory() });
  expect([code, stderr]).toEqual([2, "error: unknown command 'jobs wach'; did you mean jobs watch?\n"]);
});
