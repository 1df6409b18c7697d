// npm run bench:scale [-- --seconds N]: jobs with 1, 2, 4 and 8 workers on this machine, as threads and over NATS, beside
// the predictions of a model (bench/scale/simulate.ts) that gets its costs from the job with two workers over NATS, and
// predictions for up to 1,000 workers. Writes bench/scale-out.md. It starts the system's nats-server.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { A3CClient, JobRequest } from '../src/index.ts';
import { measureJob, type Measured, type MeasuredProcesses } from './scale/measure.ts';
import { simulate, type Cluster, type GradientCosts, type Prediction } from './scale/simulate.ts';
import { withCluster } from './scale/with-cluster.ts';
import { formatFigure } from './statistics.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new RangeError(`--seconds takes a number above 0, not ${values.seconds}`);

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
const buffers = 8;
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

interface Row {
  readonly workers: number;
  readonly threads: Measured;
  readonly nats: Measured;
  /** Over NATS, with sumRemoteGradients. */
  readonly sums: Measured;
}

const [rows, largeRun] = await withCluster(8, async (client, processes) => {
  const measured: Row[] = [];
  await measure(client, processes, { ...job, workers: 2, remoteWorkers: 2 });
  for (const workers of counts) {
    const threads = await measure(client, processes, { ...job, workers });
    const nats = await measure(client, processes, { ...job, workers, remoteWorkers: workers });
    const summed = { ...job, sumRemoteGradients: true };
    const sums = await measure(client, processes, { ...summed, workers, remoteWorkers: workers });
    measured.push({ workers, threads, nats, sums });
    const speeds = [threads, nats, sums].map(({ stepsPerSecond }) => formatFigure(stepsPerSecond));
    console.log(`${workers} workers: ${speeds.join(', ')}`);
  }
  return [measured, await measure(client, processes, { ...large, workers: 2, remoteWorkers: 2 })] as const;
});

async function measure(
  client: A3CClient,
  processes: MeasuredProcesses,
  request: JobRequest,
): Promise<Measured> {
  return await measureJob(client, processes, { request, seconds });
}

const two = rows.find(({ workers }) => workers === 2);
if (two === undefined) throw new Error('two workers were measured');
const { nats: source, sums: summedSource } = two;

/** Costs of a message with so many parameters: for each more, as on the line through the two measured networks. */
function scaleCosts(measured: Measured, parameters: number, rollout: number): GradientCosts {
  const share = (parameters - sizes.small) / (sizes.large - sizes.small);
  const extend = (name: 'nats' | 'relay' | 'master'): number =>
    measured[name] + Math.max(0, (largeRun[name] - source[name]) * share);
  return { rollout, nats: extend('nats'), relay: extend('relay'), master: extend('master') };
}

/** Gradients in an update: with sums, there are several. */
function countGradients({ stepsPerSecond, updatesPerSecond }: Measured): number {
  return stepsPerSecond / updatesPerSecond / rolloutSteps;
}

/** Bytes of a message with so many parameters; the rest are figures, episodes and answers. */
function countBytes(parameters: number): Cluster['bytes'] {
  return { gradient: 600 + parameters * 4, parameters: 200 + parameters * 4 };
}

const lines = rows.map(({ workers, threads, nats }) =>
  compare(workers, { threads, measured: nats, costs: source, sums: false }),
);
const summedLines = rows.map(({ workers, threads, sums }) => [
  ...compare(workers, { threads, measured: sums, costs: summedSource, sums: true }),
  countGradients(sums).toFixed(1),
]);

interface Comparison {
  readonly threads: Measured;
  readonly measured: Measured;
  /** The run that the model has its costs from. */
  readonly costs: Measured;
  readonly sums: boolean;
}

function compare(workers: number, { threads, measured, costs, sums }: Comparison): (string | number)[] {
  const cluster: Cluster = {
    workers,
    workersPerHost: workers,
    machine: { cores: measured.cores, shared: true },
    latency: 0,
    bandwidth: 5e9,
    bytes: countBytes(sizes.small),
    buffers,
    rolloutSteps,
    sums,
  };
  // Waiting is part of what a worker needs for a rollout.
  const rollout = (costs.rollout + costs.idle) / countGradients(costs);
  const model = simulate({ ...costs, rollout }, cluster);
  return [
    workers,
    ...[threads.stepsPerSecond, measured.stepsPerSecond, model.stepsPerSecond].map(formatFigure),
    `${(100 * (model.stepsPerSecond / measured.stepsPerSecond - 1)).toFixed(0)} %`,
    (measured.stepsPerSecond / threads.stepsPerSecond).toFixed(2),
    ...[measured.staleness, model.staleness].map((staleness) => staleness.toFixed(1)),
    ((1_000 * measured.staleness) / measured.updatesPerSecond).toFixed(1),
    measured.cores.toFixed(2),
  ];
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
    scaleCosts(sums ? summedSource : source, parameters, rollout),
    {
      workers,
      workersPerHost: 4,
      machine: { cores: 4, shared: false },
      latency: 0.000_1,
      bandwidth: 1.25e8,
      bytes: countBytes(parameters),
      buffers,
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
const disturbed = rows.every(({ nats }) => nats.cores >= quietCores)
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

Printed by \`npm run bench:scale\`. CartPole-v1, \`a3c\`, 16 environments, rollouts of 64 steps, all programs on one machine; ${seconds} s of each job.

${table(columns, lines)}

The same with \`sumRemoteGradients\`, where several gradients make one update:

${table([...columns, 'gradients in an update'], summedLines)}

Staleness is the mean number of updates between reading the parameters and applying the gradient, and latency is the time that they take. Cores are those that other programs left to the job over NATS; the model gets them, and its costs from the job with two workers.

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
await writeFile(new URL('scale-out.md', import.meta.url), text);
console.log(text);

function table(head: readonly string[], body: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...body.map(line)].join(
    '\n',
  );
}
