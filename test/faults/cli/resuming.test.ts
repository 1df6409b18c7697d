// a3c train with --resume and --start-from: trainings that go on in this process, without a server.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { train } from '../../../src/master/train.ts';
import { runCommand } from '../../fixtures/command-line.ts';
import { createForeignModel } from '../../fixtures/foreign-model.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

const lineSchema = z.object({ type: z.string() }).loose();
const progressSchema = z.object({ steps: z.int(), episodes: z.int(), updates: z.int() });

const a2c = [
  ...['train', 'CartPole-v1', '--json', '--algorithm', 'a2c', '--seed', '1', '--workers', '2'],
  ...['--stop.target-reward', 'null', '--evaluation.episodes', '1', '--evaluation.every-steps', '10000'],
];

function readLast(stdout: string) {
  const last = lineSchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
  return { ...last, progress: progressSchema.parse(last.progress) };
}

function readWeights(directory: string): Buffer {
  return readFileSync(join(directory, 'latest', 'weights.bin'));
}

describe('a3c train --resume', () => {
  it('continues an interrupted training to the bytes of one that was not', async () => {
    const directory = createTemporaryDirectory();
    const steps = ['--stop.max-steps', '200000'];
    const whole = await runCommand([...a2c, ...steps, '--output', 'whole'], { directory });
    expect([whole.code, whole.stderr]).toEqual([0, '']);
    const interrupted = await runCommand([...a2c, ...steps, '--output', 'part'], {
      directory,
      interruptAt: '"type":"evaluation"',
    });
    expect([interrupted.code, interrupted.stderr]).toEqual([130, '']);
    const part = readLast(interrupted.stdout);
    expect(part).toMatchObject({
      type: 'finished',
      reason: 'paused',
      explanation: 'interrupted; npx a3c train --resume part continues it',
    });
    expect(part.progress.steps).toBeLessThan(200_000);
    const resumed = await runCommand(['train', '--json', '--resume', 'part'], { directory });
    expect([resumed.code, resumed.stderr]).toEqual([0, '']);
    const last = readLast(resumed.stdout);
    expect(last.progress).toEqual(readLast(whole.stdout).progress);
    expect(readWeights(join(directory, 'part'))).toEqual(readWeights(join(directory, 'whole')));
  });

  it('gives a finished training more room, and refuses one without', async () => {
    const directory = createTemporaryDirectory();
    await runCommand([...a2c, '--stop.max-steps', '2000', '--output', 'm'], { directory });
    const again = await runCommand(['train', '--resume', 'm'], { directory });
    expect(again.code).toBe(1);
    expect(again.stderr).toBe(
      'error: this training has reached its limit (maxSteps 2000); give a larger one, or null, with --stop.max-steps\n',
    );
    const more = await runCommand(['train', '--json', '--resume', 'm', '--stop.max-steps', '4000'], {
      directory,
    });
    expect([more.code, more.stderr]).toEqual([0, '']);
    expect(readLast(more.stdout).progress.steps).toBeGreaterThanOrEqual(4000);
    const job = z.object({ spec: z.object({ stop: z.object({ maxSteps: z.int() }) }) });
    expect(
      job.parse(JSON.parse(await readFile(join(directory, 'm', 'job.json'), 'utf8'))).spec.stop.maxSteps,
    ).toBe(4000);
  });

  it('does not begin again where its target is reached', async () => {
    const directory = createTemporaryDirectory();
    const identity = ['train', 'Identity-v0', '--json', '--seed', '1', '--output', 'm'];
    const first = await runCommand(identity, { directory });
    expect(readLast(first.stdout)).toMatchObject({ reason: 'targetReward' });
    const again = await runCommand(['train', '--resume', 'm'], { directory });
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toMatch(/its limit \(targetReward 18\); .* with --stop.target-reward\n$/);
    const args = ['train', '--json', '--resume', 'm', '--stop.target-reward', 'null'];
    const more = await runCommand(args, { directory });
    expect([more.code, more.stderr]).toEqual([0, '']);
    expect(readLast(more.stdout).progress.steps).toBeGreaterThan(readLast(first.stdout).progress.steps);
  });

  it('does not continue what another training has left in its directory', async () => {
    const directory = createTemporaryDirectory();
    await runCommand([...a2c, '--stop.max-steps', '2000', '--output', 'm'], { directory });
    const other = ['train', 'Identity-v0', '--seed', '1', '--stop.max-steps', '500', '--output', 'm'];
    const refused = await runCommand(other, { directory });
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/^error: m has an earlier training; .* overwrite it with --force\n$/);
    expect((await runCommand([...other, '--force'], { directory })).code).toBe(0);
    const resumed = await runCommand(['train', '--json', '--resume', 'm', '--stop.max-steps', '900'], {
      directory,
    });
    expect([resumed.code, resumed.stderr]).toEqual([0, '']);
    const { steps } = readLast(resumed.stdout).progress;
    expect(steps).toBeGreaterThanOrEqual(900);
    expect(steps).toBeLessThan(2000);
  });

  it('says what it cannot do', async () => {
    const directory = createTemporaryDirectory();
    mkdirSync(join(directory, 'empty'));
    await runCommand([...a2c, '--stop.max-steps', '500', '--output', 'm'], { directory });
    await cp(join(directory, 'm'), join(directory, 'torn'), { recursive: true });
    writeFileSync(join(directory, 'torn', 'job.json'), '{"formatVersion": 1');
    await cp(join(directory, 'm'), join(directory, 'bare'), { recursive: true });
    rmSync(join(directory, 'bare', 'checkpoint'), { recursive: true });
    rmSync(join(directory, 'bare', 'checkpoint.previous'), { recursive: true, force: true });
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['--resume', 'empty'], /^error: there is no training in empty: it has no job.json/],
      [['--resume', 'torn'], /^error: torn\/job.json is damaged/],
      [['--resume', 'bare'], /^error: bare has no checkpoint/],
      [['CartPole-v1', '--resume', 'm'], /^error: .*environment: a resumed training keeps its settings/],
      [['--resume', 'm', '--workers', '3'], /^error: --workers: a resumed training keeps its settings/],
      [['--resume', 'm', '--output', 'n'], /^error: --output: a resumed training keeps its settings/],
      [['--resume', 'm', '--force'], /^error: --force: a resumed training keeps its settings/],
      [['--resume', 'm', '--config', 'x'], /^error: --config: a resumed training keeps its settings/],
      [['--resume', 'm', '--stop.max-steps', '-1'], /^error: --stop.max-steps: /],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await runCommand(['train', ...args], { directory });
      expect([code, stdout], args.join(' ')).toEqual([1, '']);
      expect(stderr).toMatch(message);
    }
  });
});

/** Returns the weights of the model that it writes. */
function writeForeignModel(
  directory: string,
  ...changes: Parameters<typeof createForeignModel>
): Float32Array {
  const { values, files } = createForeignModel(...changes);
  mkdirSync(directory, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes);
  return values;
}

/** A reinforce job that ends before its first update. */
const unchanged = { environment: 'CartPole-v1', algorithm: 'reinforce', seed: 1, workers: 1 } as const;

describe('a3c train --start-from', () => {
  it("starts with the weights, the network and the statistics of this project's models", async () => {
    const directory = createTemporaryDirectory();
    const first = await runCommand([...a2c, '--stop.max-steps', '60000', '--output', 'first'], { directory });
    expect(first.code).toBe(0);
    const cardSchema = z.object({
      spec: z.object({ network: z.unknown(), normalizeObservations: z.boolean() }),
      policyParameters: z.record(z.string(), z.array(z.number())),
    });
    const second = await runCommand(
      [
        ...a2c,
        '--start-from',
        'first',
        '--optimizer.learning-rate',
        '1e-12',
        '--stop.max-steps',
        '500',
        '--output',
        'second',
      ],
      { directory },
    );
    expect([second.code, second.stderr]).toEqual([0, '']);
    const read = (name: string, model: string) =>
      cardSchema.parse(JSON.parse(readFileSync(join(directory, name, model, 'model-card.json'), 'utf8')));
    expect(read('second', 'latest').spec.network).toEqual(read('first', 'best').spec.network);
    // With hardly any learning, its weights stay those of the best model.
    const before = new Float32Array(
      new Uint8Array(readFileSync(join(directory, 'first', 'best', 'weights.bin'))).buffer,
    );
    const after = new Float32Array(new Uint8Array(readWeights(join(directory, 'second'))).buffer);
    expect(after).toHaveLength(before.length);
    const furthest = Math.max(
      ...after.map((value, index) => Math.abs(value - (before[index] ?? Number.NaN))),
    );
    expect(furthest).toBeLessThan(0.05);
    expect(Math.max(...before.map(Math.abs))).toBeGreaterThan(0.5);
  });

  it('starts with any layers model of TensorFlow.js', async () => {
    const directory = createTemporaryDirectory();
    const values = writeForeignModel(join(directory, 'keras'));
    const { spec, finalParameters } = await train(
      { ...unchanged, stop: { maxSteps: 1, targetReward: null }, optimizer: { learningRate: 1e-12 } },
      { startFrom: join(directory, 'keras') },
    );
    expect(spec).toMatchObject({
      normalizeObservations: false,
      network: { modelDescription: { inputs: [[4]] } },
    });
    for (const [index, value] of values.entries()) expect(finalParameters[index]).toBeCloseTo(value, 6);
  });

  it('refuses what does not fit, in one line', async () => {
    const directory = createTemporaryDirectory();
    await runCommand([...a2c, '--stop.max-steps', '500', '--output', 'own'], { directory });
    writeForeignModel(join(directory, 'keras'));
    writeForeignModel(join(directory, 'outside'), (model) => ({
      ...model,
      weightsManifest: [{ paths: ['../keras/group1-shard1of2.bin'], weights: [] }],
    }));
    writeForeignModel(join(directory, 'torn'));
    writeFileSync(join(directory, 'torn', 'group1-shard2of2.bin'), 'x');
    writeForeignModel(join(directory, 'gone'));
    rmSync(join(directory, 'gone', 'group1-shard2of2.bin'));
    writeForeignModel(join(directory, 'graph'), () => ({ format: 'graph-model' }));
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['CartPole-v1', '--start-from', 'nothing'], /^error: --start-from: there is no model in nothing\n$/],
      [
        ['Pendulum-v1', '--start-from', 'own'],
        /^error: .*--start-from: the model has the observation space|^error: --policy/,
      ],
      [
        ['CartPole-v1', '--start-from', 'own', '--network.layers', '[]'],
        /^error: --start-from: the networks do not fit: /,
      ],
      [
        ['Acrobot-v1', '--start-from', 'keras'],
        /^error: --network.model-topology: its first input takes \[4\]/,
      ],
      [
        ['CartPole-v1', '--start-from', 'keras'],
        /^error: --network.model-topology: its outputs are \[2\], but the job needs \[2\] and \[1\]/,
      ],
      [['CartPole-v1', '--start-from', 'outside'], /^error: .*must name a file beside model.json/],
      [
        ['CartPole-v1', '--algorithm', 'reinforce', '--start-from', 'torn'],
        /^error: --start-from: the networks do not fit: the weights have 13 bytes, not 40/,
      ],
      [['CartPole-v1', '--start-from', 'gone'], /^error: the weights .*shard2of2.bin cannot be read/],
      [
        ['CartPole-v1', '--start-from', 'graph'],
        /^error: not a layers model of TensorFlow.js: modelTopology: /,
      ],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await runCommand(['train', ...args, '--output', 'new'], { directory });
      expect([code, stdout], args.join(' ')).toEqual([1, '']);
      expect(stderr, args.join(' ')).toMatch(message);
    }
  });
});
