// npm run bench:remote [-- --pairs N]: the same jobs with two threads, and with two slots of `a3c worker` over NATS, in
// turn on this machine. It starts the system's nats-server (apt-get install nats-server).
import { parseArgs } from 'node:util';
import type { A3CClient, JobRequest } from '../src/index.ts';
import { withCluster } from './scale/with-cluster.ts';
import { formatFigure, summarize } from './statistics.ts';
import { printTableLine } from './table-line.ts';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '5' } } });
const pairs = Number(values.pairs);
if (!Number.isInteger(pairs) || pairs < 1)
  throw new RangeError(`--pairs takes a number from 1, not ${values.pairs}`);

const job: JobRequest = {
  environment: 'CartPole-v1',
  algorithm: 'a3c',
  seed: 1,
  workers: 2,
  environmentsPerWorker: 16,
  rolloutLength: 64,
  evaluation: { episodes: 1, everySteps: 100_000_000 },
};
const dense = { type: 'dense', units: 64, activation: 'tanh' } as const;
const rows: readonly { readonly measure: string; readonly job: JobRequest }[] = [
  {
    measure: 'CartPole, 4-100-2 and 4-100-1',
    job: { ...job, stop: { maxSteps: 6_000_000, targetReward: null } },
  },
  {
    measure: 'CartPole, 64-64 tanh towers',
    job: {
      ...job,
      network: { shared: false, layers: [dense, dense] },
      stop: { maxSteps: 3_000_000, targetReward: null },
    },
  },
];
const width = Math.max(...rows.map(({ measure }) => measure.length));

await withCluster(2, async (client) => {
  printTableLine(width, { measure: '', unit: 'unit' }, ['median', 'min', 'max']);
  for (const row of rows) await compare(client, row);
});
console.log(
  `2 workers × 16 environments, rollouts of 64; N / T: NATS / threads, the median of ${pairs} pairs`,
);

async function compare(client: A3CClient, { measure, job }: (typeof rows)[number]): Promise<void> {
  const samples: Record<'threads' | 'NATS', number[]> = { threads: [], NATS: [] };
  // The first pair warms up.
  for (let pair = 0; pair <= pairs; pair += 1) {
    const speeds = { threads: await measureSpeed(client, job, 0), NATS: await measureSpeed(client, job, 2) };
    if (pair === 0) continue;
    samples.threads.push(speeds.threads);
    samples.NATS.push(speeds.NATS);
  }
  for (const [name, runs] of Object.entries(samples)) {
    const { median, min, max } = summarize(runs);
    const figures = [median, min, max].map(formatFigure);
    printTableLine(width, { measure, unit: 'steps/s' }, [...figures, name]);
  }
  const ratios = samples.NATS.map((speed, pair) => speed / (samples.threads[pair] ?? Number.NaN));
  const { median, min, max } = summarize(ratios);
  printTableLine(width, { measure, unit: 'ratio' }, [...[median, min, max].map(formatFigure), 'N / T']);
}

/** Steps a second of training, without the start of the job. */
async function measureSpeed(client: A3CClient, request: JobRequest, remoteWorkers: number): Promise<number> {
  const { id } = await client.createJob({ ...request, remoteWorkers });
  const { state, progress } = await client.waitFor(id);
  if (state !== 'succeeded') throw new Error(`the job ended as ${state}`);
  return progress.steps / progress.elapsedSeconds;
}
