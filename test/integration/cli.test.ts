// The a3c command as its own process, as a person or a script runs it.
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandEntry as entry } from '../fixtures/built-programs.ts';
import { runCommand, type CommandOutcome } from '../fixtures/command-line.ts';
import { jobRequestSchema } from '../../src/shared/job/job-spec.ts';
import { readModelCard } from '../../src/shared/model-format/model-card.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'a3c-cli-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** Runs a command line to its end, or presses Ctrl-C once its output contains `interruptAt`. */
async function run(args: readonly string[], interruptAt?: string): Promise<CommandOutcome> {
  return await runCommand(args, { directory, interruptAt });
}

const tinyTraining = ['train', 'Identity-v0', '--seed', '1', '--workers', '1', '--stop.max-steps', '2000'];

describe('help', () => {
  it('lists every field of a job with its description', async () => {
    const { code, stdout } = await run(['train', '--help']);
    expect(code).toBe(0);
    for (const key of Object.keys(jobRequestSchema.shape)) {
      const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      // The environment is an argument, and only a server sends webhooks.
      const isFlag = key !== 'environment' && key !== 'webhook';
      expect(new RegExp(`--${flag}[ .]`).test(stdout)).toBe(isFlag);
    }
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain(jobRequestSchema.shape.discount.unwrap().description);
    expect(text).toContain('--stop.max-steps <number>');
    expect(text).toMatch(/--policy.type <text> \(categorical \| .* \| deterministic\)/);
    expect(text).toMatch(/--engine <text> .*: the kernels where they can/);
  });

  it('names the commands, and the environments and presets there are', async () => {
    const help = await run(['--help']);
    for (const name of ['serve', 'train', 'play', 'evaluate']) expect(help.stdout).toContain(`\n  ${name} `);
    expect((await run(['environments'])).stdout).toContain('CartPole-v1');
    expect((await run(['presets'])).stdout).toContain('CartPole-v1');
  });
});

describe('a command line that cannot be run', () => {
  it.each([
    [2, /unknown option '--rollout-lenght'/, ['train', 'CartPole-v1', '--rollout-lenght', '5']],
    [2, /unknown command 'trian'/, ['trian']],
    [
      2,
      /^error: unknown option '--learning_rate'; did you mean --optimizer\.learning-rate\?\n$/,
      ['train', 'CartPole-v1', '--learning_rate', '0.1'],
    ],
    [2, /'--n_steps=5'; did you mean --rollout-length\?\n$/, ['train', 'CartPole-v1', '--n_steps=5']],
    [2, /'--optimiser'; did you mean one of --optimizer\.…\?\n$/, ['train', 'X-v0', '--optimiser', 'adam']],
    [2, /'--env'; give the environment without a flag\n$/, ['train', '--env', 'CartPole-v1']],
    [2, /'--xyzzy'\n$/, ['train', 'CartPole-v1', '--xyzzy']],
    [1, /^error: .*My-v0.*--environments.*\n$/, ['train', 'My-v0']],
    [2, /missing required argument 'environment'/, ['train']],
    [1, /^error: --rollout-length: .*number.*\n$/, ['train', 'CartPole-v1', '--rolloutLength', 'many']],
    [
      1,
      /^error: --optimizer\.schedule: .*\n$/,
      [
        'train',
        'CartPole-v1',
        '--stop.max-steps',
        'null',
        '--stop.max-seconds',
        '1',
        '--optimizer.schedule',
        'linear',
      ],
    ],
    [1, /^error: .*CartPole-v9.*\n$/, ['train', 'CartPole-v9']],
    [1, /^error: .*cli\/main\.js.*\n$/, ['train', 'CartPole-v1', '--output', entry]],
    [
      1,
      /^error: cannot write models to \/proc\/.*\n$/,
      ['train', 'CartPole-v1', '--output', '/proc/no/model'],
    ],
    [1, /^error: there is no model in .*\n$/, ['evaluate', 'nowhere']],
    [1, /^error: --episodes: .*\n$/, ['evaluate', 'nowhere', '--episodes', '0']],
  ])('exits with %i and says %s', async (code, message, args) => {
    const outcome = await run(args);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(message);
  });

  it('does not put models among other files', async () => {
    const output = join(directory, 'documents');
    await cp(import.meta.dirname, output, { recursive: true });
    const before = await readdir(output);
    const { code, stderr } = await run([...tinyTraining, '--output', output]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('contains other files')]);
    expect(await readdir(output)).toEqual(before);
  });
});

const lineSchema = z.object({ type: z.string() }).loose();

describe('training', () => {
  it('writes JSON lines with --json, and a model that can be evaluated and played', async () => {
    const output = join(directory, 'model');
    const { code, stdout, stderr } = await run([
      ...tinyTraining,
      '--output',
      output,
      '--name',
      'a b',
      '--json',
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => lineSchema.parse(JSON.parse(line)));
    expect(lines[0]).toMatchObject({ type: 'started', spec: { seed: 1, name: 'a b' } });
    expect(lines.at(-1)).toMatchObject({ type: 'finished', reason: 'maxSteps', model: join(output, 'best') });
    expect(lines.at(-1)?.explanation).toMatch(
      /^ran out of steps \(maxSteps 2000\) before its target: moving average [\d.]+ of only \d+ episodes, targetReward 18$/,
    );
    const card = readModelCard(JSON.parse(await readFile(join(output, 'best', 'model-card.json'), 'utf8')));
    expect(card).toMatchObject({ environment: 'Identity-v0', model: 'best', spec: { name: 'a b' } });

    const evaluations = await Promise.all(
      [1, 2].map(() => run(['evaluate', output, '--episodes', '5', '--seed', '3'])),
    );
    expect(evaluations[0]?.stdout).toMatch(
      /^Identity-v0, 5 greedy episodes, seed 3: mean [\d.]+ ± [\d.]+, min \d+, max \d+\n$/,
    );
    expect(evaluations[1]).toEqual(evaluations[0]);
    const play = await run(['play', join(output, 'best'), '--seed', '3']);
    expect(play.stdout).toMatch(/episode 1 \| step 20 \| .* \| end\n$/);
    // The scene: boxes of dots with the numbers in them.
    expect(play.stdout).toMatch(/[\u2801-\u28ff].*0.*1.*2.*3/);
  });

  it('refuses a model whose files were damaged', async () => {
    const output = join(directory, 'damaged');
    await run([...tinyTraining, '--output', output]);
    const plain = join(directory, 'plain');
    await cp(join(output, 'best'), plain, { recursive: true });
    await rm(join(plain, 'manifest.json'));
    const unchecked = await run(['evaluate', plain, '--episodes', '2']);
    expect(unchecked.code).toBe(0);
    expect(unchecked.stderr).toMatch(
      /^warning: the model has no manifest\.json, so its files cannot be checked for damage.*\n$/,
    );
    await writeFile(join(plain, 'weights.bin'), 'short');
    const damaged = await run(['evaluate', plain]);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toMatch(/^error: the weights have 5 bytes.*\n$/);
    await rm(join(plain, 'model-card.json'));
    const incomplete = await run(['play', plain]);
    expect(incomplete.code).toBe(1);
    expect(incomplete.stderr).toMatch(/^error: .*model-card\.json.*\n$/);
  });

  it('names the file of a downloaded archive that is damaged', async () => {
    const output = join(directory, 'archived');
    await run([...tinyTraining, '--output', output]);
    const unpacked = join(directory, 'unpacked');
    await cp(join(output, 'best'), unpacked, { recursive: true });
    const sound = await run(['evaluate', unpacked, '--episodes', '2']);
    expect([sound.code, sound.stderr]).toEqual([0, '']);
    const weights = await readFile(join(unpacked, 'weights.bin'));
    weights.writeUInt8(weights.readUInt8(0) ^ 1, 0);
    await writeFile(join(unpacked, 'weights.bin'), weights);
    const damaged = await run(['evaluate', unpacked, '--episodes', '2']);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toMatch(/^error: .*weights\.bin does not match its checksum\n$/);
  });

  it("prints the tutorial's line for every episode with --verbose", async () => {
    const { stdout } = await run([...tinyTraining, '--output', join(directory, 'verbose'), '--verbose']);
    const episodes = stdout.split('\n').filter((line) => line.startsWith('Episode: '));
    expect(episodes.length).toBeGreaterThanOrEqual(90);
    episodes.forEach((line, index) => {
      expect(line).toMatch(
        new RegExp(
          `^Episode: ${index + 1} \\| Moving Average Reward: [\\d.]+ \\| Episode Reward: \\d+ \\| Loss: (-|-?[\\d.]+) \\| Steps: 20 \\| Worker: 0$`,
        ),
      );
    });
    expect(stdout).toMatch(/Trained 2,\d{3} steps/);
    expect(stdout).toMatch(/\nEnded: ran out of steps \(maxSteps 2000\) before its target: .+\n$/);
  });

  it('writes its model on Ctrl-C, and exits with 130', async () => {
    const output = join(directory, 'interrupted');
    const args = [
      'train',
      'CartPole-v1',
      '--seed',
      '1',
      '--stop.max-steps',
      '1e9',
      '--stop.target-reward',
      'null',
      '--json',
      '--output',
      output,
    ];
    const { code, stdout } = await run(args, '"model":"best"');
    expect(code).toBe(130);
    const last = lineSchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
    expect(last).toMatchObject({ type: 'finished', reason: 'paused', model: join(output, 'best') });
    expect((await run(['evaluate', output, '--episodes', '1'])).code).toBe(0);
  });
});

describe('a search for settings', () => {
  const quickSearch = ['tune', 'Identity-v0', '--seed', '1', '--seeds', '1', '--algorithm', 'a2c'];

  it('writes progress for people to stderr, and only a job request to stdout', async () => {
    const { code, stdout, stderr } = await run([
      ...quickSearch,
      '--trials=4',
      '--max-steps=3000',
      '--discount=0.5',
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/Rung 1 of 2: 4 trials of 1,000 steps\n {2}1\/4 trial 1: [\d.]+\n/);
    expect(stderr).toMatch(/Rung 2 of 2: 2 trials of 3,000 steps\n/);
    expect(stderr).toMatch(/Best: trial \d with [\d.]+\n$/);
    expect(jobRequestSchema.parse(JSON.parse(stdout))).toMatchObject({
      environment: 'Identity-v0',
      algorithm: 'a2c',
      discount: 0.5,
      stop: { maxSteps: 3000 },
    });
  });

  it('writes JSON lines with --json', async () => {
    const { stdout } = await run([...quickSearch, '--trials', '2', '--max-steps', '500', '--json']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => lineSchema.parse(JSON.parse(line)));
    expect(lines.map(({ type }) => type)).toEqual(['started', 'rung', 'trial', 'trial', 'finished']);
    expect(lines.at(-1)).toMatchObject({ score: { seeds: 1 }, preset: { environment: 'Identity-v0' } });
  });

  it('ends on Ctrl-C with the best so far, and exits with 130', async () => {
    // A trial ends at the target; there are many to go when the first has ended.
    const endless = [...quickSearch, '--trials', '300', '--max-steps', '1e12', '--stop.target-reward', '10'];
    const { code, stdout, stderr } = await run(endless, 'trial 1: ');
    expect(code).toBe(130);
    expect(stderr).toMatch(/Best: trial \d+ with [\d.]+\n$/);
    expect(jobRequestSchema.parse(JSON.parse(stdout))).toMatchObject({ environment: 'Identity-v0' });
  });

  it('says what cannot be searched', async () => {
    const { code, stderr } = await run(['tune', 'Identity-v0', '--algorithm', 'random']);
    expect([code, stderr]).toEqual([1, 'error: --algorithm: random has no settings to tune\n']);
  });
});

describe('a3c serve', () => {
  it('ends with one line when it cannot start', async () => {
    const file = join(directory, 'no-directory');
    await writeFile(file, '');
    const occupier = createServer().listen(0, '127.0.0.1');
    await once(occupier, 'listening');
    const { port } = z.object({ port: z.int() }).parse(occupier.address());
    for (const [flags, reason] of [
      [['--port', String(port)], 'another program uses this port'],
      [['--port', '0', '--data', file], 'cannot use the data directory'],
      [['--port', '0', '--host', '0.0.0.0'], 'set A3C_TOKEN'],
      [['--port', '99999'], '--port'],
    ] as const) {
      const { code, stdout, stderr } = await run(['serve', ...flags]);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^error: .+\n$/);
      expect(stderr).toContain(reason);
    }
    occupier.close();
  });
});
