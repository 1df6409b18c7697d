// npm run bench:scale [-- --seconds N --runs N]: jobs with 1, 2, 4 and 8 workers on this machine, as threads and over
// NATS, beside the predictions of a model (bench/scale/simulate.ts) that gets its costs from the job with two workers over
// NATS, and predictions for up to 1,000 workers. All jobs are run several times, in turn: what is compared was measured in
// the same two minutes, and medians count. Writes bench/scale-out.md. It starts the system's nats-server.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import type { A3CClient, JobRequest } from '../src/index.ts';
import { measureJob, type Measured, type MeasuredProcesses } from './scale/measure.ts';
import { simulate, type Cluster, type GradientCosts, type Prediction } from './scale/simulate.ts';
import { withCluster } from './scale/with-cluster.ts';
import { formatFigure, summarize } from './statistics.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, runs: { type: 'string', default: '5' } },
});
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new RangeError(`--seconds takes a number above 0, not ${values.seconds}`);
const runs = Number(values.runs);
if (!(Number.isInteger(runs) && runs % 2 === 1))
  throw new RangeError(`--runs takes an odd number, not ${values.runs}`);

const job: JobRequest = {
  environment: 'CartPole-v1',
  algorithm: 'a3c',
  seed: 1,
  environmentsPerWorker: 16,
  rolloutLength: 64,
  optimizer: { schedule: 'constant' },
  stop: { maxSteps: null, targetReward: null, maxSeconds: 3_600 },
  evaluation: { episodes: 1, everySteps: 1_000_000_000 },
};
const rolloutSteps = 1024;
/** Gradients that a worker on another machine has on the way at most. */
const buffers = { alone: 4, summed: 16 };
const wide = { type: 'dense', units: 256, activation: 'relu' } as const;
/** A large network with short rollouts, for what a byte costs. */
const large: JobRequest = {
  ...job,
  environmentsPerWorker: 1,
  rolloutLength: 100,
  network: { shared: false, layers: [wide, wide] },
};
const counts = [1, 2, 4, 8];
/** Parameters of the two networks, with their normalization statistics. */
const sizes = { small: 1_113, large: 134_924 };

/** What all jobs had in the same two minutes, by the names of the jobs. */
type Pass = ReadonlyMap<string, Measured>;

/** The jobs that are measured, by name. */
const jobs = new Map<string, JobRequest>();
for (const workers of counts) {
  const remote = { ...job, workers, remoteWorkers: workers };
  jobs.set(`${workers} threads`, { ...job, workers });
  jobs.set(`${workers} over NATS`, remote);
  jobs.set(`${workers} with sums`, { ...remote, sumRemoteGradients: true });
}
jobs.set('large', { ...large, workers: 2, remoteWorkers: 2 });

const passes = await withCluster(8, async (client, processes) => {
  const measured: Pass[] = [];
  await measure(client, processes, { ...job, workers: 2, remoteWorkers: 2 });
  for (let run = 1; run <= runs; run += 1) {
    const pass = new Map<string, Measured>();
    for (const [name, request] of jobs) {
      const sample = await measure(client, processes, request);
      pass.set(name, sample);
      console.log(`run ${run} of ${runs}, ${name}: ${formatFigure(sample.stepsPerSecond)} steps/s`);
    }
    measured.push(pass);
  }
  return measured;
});

async function measure(
  client: A3CClient,
  processes: MeasuredProcesses,
  request: JobRequest,
): Promise<Measured> {
  return await measureJob(client, processes, { request, seconds });
}

function find(pass: Pass, name: string): Measured {
  const measured = pass.get(name);
  if (measured === undefined) throw new Error(`no measurement of ${name}`);
  return measured;
}

/** The run of a job with the median speed. */
function findMedian(name: string): Measured {
  const sorted = passes
    .map((pass) => find(pass, name))
    .toSorted((a, b) => a.stepsPerSecond - b.stepsPerSecond);
  const median = sorted[(sorted.length - 1) / 2];
  if (median === undefined) throw new Error(`no measurement of ${name}`);
  return median;
}

const source = findMedian('2 over NATS');
const summedSource = findMedian('2 with sums');
const largeRun = findMedian('large');

/** Costs of a message with so many parameters: for each more, as on the line through the two measured networks. */
function scaleCosts(
  measured: Omit<GradientCosts, 'rollout'>,
  parameters: number,
  rollout: number,
): GradientCosts {
  const share = (parameters - sizes.small) / (sizes.large - sizes.small);
  const extend = (name: 'nats' | 'relay' | 'master'): number =>
    measured[name] + Math.max(0, (largeRun[name] - source[name]) * share);
  return {
    rollout,
    nats: extend('nats'),
    relay: extend('relay'),
    master: extend('master'),
    ...(measured.part && { part: measured.part }),
  };
}

/** Costs of a sum, and of each gradient in it: the line through the measured sums, which had different sizes. */
function fitSums(
  summed: readonly Measured[],
  name: 'nats' | 'relay' | 'master',
): { readonly sum: number; readonly part: number } {
  const points = summed.map((sums) => ({ size: countGradients(sums), cost: sums[name] }));
  const mean = (read: (point: (typeof points)[number]) => number): number =>
    points.reduce((total, point) => total + read(point), 0) / points.length;
  const [size, cost] = [mean((point) => point.size), mean((point) => point.cost)];
  const slope =
    mean((point) => (point.size - size) * (point.cost - cost)) / mean((point) => (point.size - size) ** 2);
  const part = Math.min(Math.max(0, slope), cost / size);
  return { sum: cost - part * size, part };
}

/** Gradients in an update: with sums, there are several. */
function countGradients({ stepsPerSecond, updatesPerSecond }: Measured): number {
  return stepsPerSecond / updatesPerSecond / rolloutSteps;
}

/** Bytes of a message with so many parameters; the rest are figures, episodes and answers. */
function countBytes(parameters: number): Cluster['bytes'] {
  return { gradient: 600 + parameters * 4, parameters: 200 + parameters * 4 };
}

/** Costs of sums, from those of different sizes. */
function fitCosts(summed: readonly Measured[]): Omit<GradientCosts, 'rollout'> {
  const [nats, relay, master] = [
    fitSums(summed, 'nats'),
    fitSums(summed, 'relay'),
    fitSums(summed, 'master'),
  ];
  return {
    nats: nats.sum,
    relay: relay.sum,
    master: master.sum,
    part: { nats: nats.part, relay: relay.part, master: master.part },
  };
}

const summedCosts = fitCosts(counts.map((workers) => findMedian(`${workers} with sums`)));

const lines = counts.map((workers) => compare(workers, 'over NATS'));
const summedLines = counts.map((workers) => compare(workers, 'with sums'));

interface Comparison {
  readonly threads: Measured;
  readonly measured: Measured;
  readonly model: Prediction;
}

/** A line of the table: medians over all passes, also of the ratios. */
function compare(workers: number, kind: 'over NATS' | 'with sums'): (string | number)[] {
  const compared = passes.map((pass) => comparePass(pass, workers, kind));
  const median = (read: (comparison: Comparison) => number): number => summarize(compared.map(read)).median;
  return [
    workers,
    ...[
      median(({ threads }) => threads.stepsPerSecond),
      median(({ measured }) => measured.stepsPerSecond),
      median(({ model }) => model.stepsPerSecond),
    ].map(formatFigure),
    `${(100 * (median(({ model, measured }) => model.stepsPerSecond / measured.stepsPerSecond) - 1)).toFixed(0)} %`,
    median(({ measured, threads }) => measured.stepsPerSecond / threads.stepsPerSecond).toFixed(2),
    median(({ measured }) => measured.staleness).toFixed(1),
    median(({ model }) => model.staleness).toFixed(1),
    median(({ measured }) => (1_000 * measured.staleness) / measured.updatesPerSecond).toFixed(1),
    median(({ measured }) => measured.cores).toFixed(2),
    ...(kind === 'with sums' ? [median(({ measured }) => countGradients(measured)).toFixed(1)] : []),
  ];
}

function comparePass(pass: Pass, workers: number, kind: 'over NATS' | 'with sums'): Comparison {
  const sums = kind === 'with sums';
  const threads = find(pass, `${workers} threads`);
  const measured = find(pass, `${workers} ${kind}`);
  const costs = find(pass, `2 ${kind}`);
  const cluster: Cluster = {
    workers,
    workersPerHost: workers,
    machine: { cores: measured.cores, shared: true },
    latency: 0,
    bandwidth: 5e9,
    bytes: countBytes(sizes.small),
    buffers: sums ? buffers.summed : buffers.alone,
    rolloutSteps,
    sums,
  };
  // Waiting is part of what a worker needs for a rollout.
  const rollout = ((costs.rollout + costs.idle) / countGradients(costs)) * stretchRollouts(pass, workers);
  const each = sums ? fitCosts(counts.map((count) => find(pass, `${count} with sums`))) : costs;
  return { threads, measured, model: simulate({ ...each, rollout }, cluster) };
}

/** How much longer rollouts take where more workers than cores share the caches: so much slower are threads. */
function stretchRollouts(pass: Pass, workers: number): number {
  const two = find(pass, '2 threads');
  if (workers <= two.cores) return 1;
  return Math.max(1, two.stepsPerSecond / find(pass, `${workers} threads`).stepsPerSecond);
}

const networks = [
  ['4 KB', 1_000],
  ['40 KB', 10_000],
  ['400 KB', 100_000],
  ['4 MB', 1_000_000],
  ['20 MB', 5_000_000],
] as const;
const rollouts = [
  ['5 ms', 0.005],
  ['100 ms', 0.1],
  ['1 s', 1],
] as const;

interface Case {
  readonly parameters: number;
  /** Seconds. */
  readonly rollout: number;
  readonly workers: number;
  readonly sums: boolean;
}

function predict({ parameters, rollout, workers, sums }: Case): Prediction {
  return simulate(
    scaleCosts(sums ? summedCosts : source, parameters, rollout),
    {
      workers,
      workersPerHost: 4,
      machine: { cores: 4, shared: false },
      latency: 0.000_1,
      bandwidth: 1.25e8,
      bytes: countBytes(parameters),
      buffers: sums ? buffers.summed : buffers.alone,
      rolloutSteps,
      sums,
    },
    Math.max(300, 6 * workers),
  );
}

const predictions = networks.flatMap(([network, parameters]) =>
  rollouts.map(([rollout, seconds]) => {
    const cells = [false, true].flatMap((sums) =>
      (sums ? [100, 1_000] : [1, 10, 100, 1_000]).map((workers) => {
        const prediction = predict({ parameters, rollout: seconds, workers, sums });
        const { gradientsPerSecond, staleness, masterBusy } = prediction;
        return `${formatFigure(gradientsPerSecond)}, ${staleness.toFixed(0)}, ${(100 * masterBusy).toFixed(0)} %`;
      }),
    );
    const { master } = scaleCosts(source, parameters, seconds);
    return [network, rollout, ...cells, formatFigure(1 / master)];
  }),
);

const micro = (time: number): string => `${(time * 1e6).toFixed(0)} µs`;
const costs = [
  ['4-100-2 and 4-100-1', source],
  ['the same, sums of several gradients', summedSource],
  ['256-256 towers, rollouts of 100 steps', largeRun],
] as const;
/** Fewest cores, of two or more, that a measurement should have had. */
const quietCores = 1.7;
const disturbed = counts.every((workers) => findMedian(`${workers} over NATS`).cores >= quietCores)
  ? ''
  : 'Other programs took much of the machine meanwhile (see cores), so these figures say little: run it again on a quiet machine.\n\n';
const columns = [
  'workers',
  'threads, steps/s',
  'NATS, steps/s',
  'model, steps/s',
  'model − NATS',
  'NATS / threads',
  'staleness',
  'model',
  'latency, ms',
  'cores',
];
const text = `# Workers on other machines: measurements and a model

Printed by \`npm run bench:scale\`. CartPole-v1, \`a3c\`, 16 environments, rollouts of 64 steps, all programs on one machine; ${seconds} s of each job, in turn, ${runs} times. All figures are medians, and those of ratios too: each ratio is of two jobs in the same turn.

${table(columns, lines)}

The same with \`sumRemoteGradients\`, where several gradients make one update:

${table([...columns, 'gradients in an update'], summedLines)}

Staleness is the mean number of updates between reading the parameters and applying the gradient, and latency is the time that they take. Cores are those that other programs left to the job over NATS; the model gets them, its costs from the job with two workers in the same turn, and, for more workers than cores, rollouts that take longer by as much as threads were slower than two.

${disturbed}Processor time and bytes of one update over NATS:

${table(
  ['network', 'rollout', 'waiting', 'relay', 'nats-server', 'master', 'bytes'],
  costs.map(([name, { rollout, idle, relay, nats, master, bytes }]) => [
    name,
    ...[rollout, idle, relay, nats, master].map(micro),
    formatFigure(bytes),
  ]),
)}

Waiting is the time in which a core had nothing to do, because threads and processes wait for one another; the model adds it to the rollout. Bytes are all that nats-server received and passed on for an update: a gradient, and its share of a message with parameters, which answers several gradients.

## Predictions

Hosts of four cores with four workers each, a machine of four cores for the master and nats-server, a network of 1 Gbit/s and 0.1 ms. Each cell has gradients/s, staleness in updates and the share of time in which the master works. The columns with sums are jobs with \`sumRemoteGradients\`. The last column is what one master can apply at most without it.

${table(['network', 'rollout', '1 worker', '10', '100', '1,000', '100, sums', '1,000, sums', 'master, updates/s'], predictions)}

Where the master works all the time, more workers only make gradients older. Then let each gradient stand for more steps: longer rollouts and more environments for each worker (\`rolloutLength\`, \`environmentsPerWorker\`). Where the link is full first, \`remotePrecision: "float16"\` halves the bytes, and \`sumRemoteGradients\` sends one gradient for several: the workers of one \`a3c worker\` add theirs up, and the update is larger in place of more updates. \`maxStaleness\` refuses what is too old.

The costs of networks other than the two measured ones lie on the line through them. Rollouts are given by their time, whatever the network. Costs of one run hold for that machine and that minute.
`;
const page = fileURLToPath(new URL('scale-out.md', import.meta.url));
await writeFile(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
console.log(text);

function table(head: readonly string[], body: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...body.map(line)].join(
    '\n',
  );
}
