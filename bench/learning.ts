// npm run learning -- CartPole-v1 --seeds 10: trains every seed with the shipped preset, by `a3c train` and over HTTP,
// then to the end of a long run, plays 100 fresh greedy episodes with each model and prints the tables.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { builtInEnvironments, EnvironmentRegistry, train } from '../src/index.ts';
import { loadModel } from '../src/cli/models/load-model.ts';
import { evaluatePolicy, summarizeReturns } from '../src/master/evaluation/evaluate-policy.ts';
import { Random } from '../src/shared/random/random.ts';
import { trainingFiguresSchema } from '../src/shared/job/job.ts';
import type { JobSpec } from '../src/shared/job/job-spec.ts';
import { measureTimeToSolve, withServer } from './measure-server.ts';
import { summarize } from './statistics.ts';

/** Fresh episodes: their seeds are far from those of training and of evaluations during it. */
const judgeSeed = 1_000_000;
const judgeEpisodes = 100;
const longSteps = 2_000_000;

interface SeedResult {
  readonly seed: number;
  readonly steps: number;
  readonly movingAverage: number;
  readonly greedyMean: number;
  readonly seconds: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '10' }, write: { type: 'string' } },
});
const [environment = 'CartPole-v1'] = positionals;
const registry = new EnvironmentRegistry(builtInEnvironments);
const definition = registry.get(environment);
const threshold = definition.rewardThreshold ?? Number.NEGATIVE_INFINITY;
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
const run = promisify(execFile);
const directory = await mkdtemp(join(tmpdir(), 'a3c-learning-'));
const introduction = `# Learning results\n\nMade by \`npm run learning -- ${environment} --seeds ${seeds.length} --write FILE\`, with the shipped preset on ${availableParallelism()} cores. Seconds are those of the whole command or request. The ${judgeEpisodes} greedy episodes are fresh: their seeds appear nowhere in training.`;
const sections: string[] = [];

function judge(spec: JobSpec, parameters: Float32Array, seed: number): number {
  const randomState = Random.fromSeed(judgeSeed + seed).getState();
  const { returns } = evaluatePolicy({ definition, spec, parameters, episodes: judgeEpisodes, randomState });
  return summarizeReturns(returns, 0).mean;
}

async function trainByCommand(seed: number): Promise<SeedResult> {
  const output = join(directory, `seed-${seed}`);
  const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  const startedAt = performance.now();
  const { stdout } = await run(process.execPath, [
    command,
    'train',
    environment,
    '--seed',
    `${seed}`,
    '--output',
    output,
  ]);
  const seconds = (performance.now() - startedAt) / 1000;
  const { progress, reward } = trainingFiguresSchema.parse(
    JSON.parse(stdout.trim().split('\n').at(-1) ?? ''),
  );
  const { card, parameters } = await loadModel(join(output, 'best'), registry);
  const greedyMean = judge(card.spec, parameters, seed);
  return {
    seed,
    steps: progress.steps,
    movingAverage: reward.movingAverage ?? Number.NaN,
    greedyMean,
    seconds,
  };
}

async function trainByServer(): Promise<SeedResult[]> {
  return await withServer(async (client) => {
    const results: SeedResult[] = [];
    for (const seed of seeds) {
      const { seconds, job } = await measureTimeToSolve(client, environment, seed);
      const model = await client.getModel(job.id, 'best');
      const output = join(directory, `server-${seed}`);
      await mkdir(output);
      for (const [name, bytes] of model.files) await writeFile(join(output, name), bytes);
      const { card, parameters } = await loadModel(output, registry);
      const greedyMean = judge(card.spec, parameters, seed);
      const { progress, reward } = job;
      results.push({
        seed,
        steps: progress.steps,
        movingAverage: reward.movingAverage ?? Number.NaN,
        greedyMean,
        seconds,
      });
    }
    return results;
  });
}

async function trainLong(seed: number): Promise<SeedResult> {
  const startedAt = performance.now();
  const stop = { maxSteps: longSteps, targetReward: null };
  const { spec, figures, finalParameters } = await train({ environment, seed, stop });
  const seconds = (performance.now() - startedAt) / 1000;
  const { progress, reward } = figures;
  const greedyMean = judge(spec, finalParameters, seed);
  return {
    seed,
    steps: progress.steps,
    movingAverage: reward.movingAverage ?? Number.NaN,
    greedyMean,
    seconds,
  };
}

function present(title: string, results: readonly SeedResult[]): void {
  const lines = results.map(
    ({ seed, steps, movingAverage, greedyMean, seconds }) =>
      `| ${seed} | ${steps} | ${movingAverage.toFixed(1)} | ${greedyMean.toFixed(1)} | ${seconds.toFixed(2)} |`,
  );
  const solved = results.filter(({ movingAverage }) => movingAverage >= threshold).length;
  const good = results.filter(({ greedyMean }) => greedyMean >= threshold).length;
  const steps = summarize(results.map((result) => result.steps));
  const section = [
    `## ${title}`,
    '',
    '| seed | steps | moving average | greedy mean of 100 | seconds |',
    '|---:|---:|---:|---:|---:|',
    ...lines,
    '',
    `Moving average ≥ ${threshold}: ${solved} of ${results.length}. Greedy mean ≥ ${threshold}: ${good} of ${results.length}. ` +
      `Steps: median ${steps.median}, ${steps.min}–${steps.max}.`,
  ].join('\n');
  sections.push(section);
  console.log(`${section}\n`);
}

try {
  const commandResults: SeedResult[] = [];
  for (const seed of seeds) commandResults.push(await trainByCommand(seed));
  present(`${environment} by a3c train, best model`, commandResults);
  present(`${environment} over HTTP, best model`, await trainByServer());
  const longResults: SeedResult[] = [];
  for (const seed of seeds) longResults.push(await trainLong(seed));
  present(`${environment} after ${longSteps} steps without a target, final parameters`, longResults);
  if (values.write !== undefined)
    await writeFile(values.write, `${[introduction, ...sections].join('\n\n')}\n`);
} finally {
  await rm(directory, { recursive: true, force: true });
}
