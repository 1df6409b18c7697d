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
}

const [rows, largeRun] = await withCluster(8, async (client, processes) => {
  const measured: Row[] = [];
  await measure(client, processes, { ...job, workers: 2, remoteWorkers: 2 });
  for (const workers of counts) {
    const threads = await measure(client, processes, { ...job, workers });
    const nats = await measure(client, processes, { ...job, workers, remoteWorkers: workers });
    measured.push({ workers, threads, nats });
    console.log(
      `${workers} workers: ${formatFigure(threads.stepsPerSecond)} and ${formatFigure(nats.stepsPerSecond)}`,
    );
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

const source = rows.find(({ workers }) => workers === 2)?.nats;
if (source === undefined) throw new Error('two workers were measured');

/** Costs of a gradient with so many parameters, on the line through the two measured networks. */
function scaleCosts({ nats, relay, master }: Measured, parameters: number, rollout: number): GradientCosts {
  const share = (parameters - sizes.small) / (sizes.large - sizes.small);
  const extend = (small: number, big: number): number => Math.max(small, small + (big - small) * share);
  return {
    rollout,
    nats: extend(nats, largeRun.nats),
    relay: extend(relay, largeRun.relay),
    master: extend(master, largeRun.master),
  };
}

/** Bytes of a message with so many parameters; the rest are figures, episodes and answers. */
function countBytes(parameters: number): Cluster['bytes'] {
  return { gradient: 600 + parameters * 4, parameters: 200 + parameters * 4 };
}

const lines = rows.map(({ workers, threads, nats }) => {
  const cluster: Cluster = {
    workers,
    workersPerHost: workers,
    machine: { cores: nats.cores, shared: true },
    latency: 0,
    bandwidth: 5e9,
    bytes: countBytes(sizes.small),
    buffers: 4,
    rolloutSteps,
  };
  // Waiting is part of what a worker needs for a rollout.
  const model = simulate({ ...source, rollout: source.rollout + source.idle }, cluster);
  return [
    workers,
    ...[threads.stepsPerSecond, nats.stepsPerSecond, model.stepsPerSecond].map(formatFigure),
    `${(100 * (model.stepsPerSecond / nats.stepsPerSecond - 1)).toFixed(0)} %`,
    (nats.stepsPerSecond / threads.stepsPerSecond).toFixed(2),
    ...[nats.staleness, model.staleness].map((staleness) => staleness.toFixed(1)),
    ((1_000 * nats.staleness) / nats.updatesPerSecond).toFixed(1),
    nats.cores.toFixed(2),
  ];
});

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

function predict(parameters: number, rollout: number, workers: number): Prediction {
  if (source === undefined) throw new Error('two workers were measured');
  return simulate(
    scaleCosts(source, parameters, rollout),
    {
      workers,
      workersPerHost: 4,
      machine: { cores: 4, shared: false },
      latency: 0.000_1,
      bandwidth: 1.25e8,
      bytes: countBytes(parameters),
      buffers: 4,
      rolloutSteps,
    },
    Math.max(300, 6 * workers),
  );
}

const predictions = networks.flatMap(([network, parameters]) =>
  rollouts.map(([rollout, seconds]) => {
    const cells = [1, 10, 100, 1_000].map((workers) => {
      const { updatesPerSecond, staleness, masterBusy } = predict(parameters, seconds, workers);
      return `${formatFigure(updatesPerSecond)}, ${staleness.toFixed(0)}, ${(100 * masterBusy).toFixed(0)} %`;
    });
    const { master } = scaleCosts(source, parameters, seconds);
    return [network, rollout, ...cells, formatFigure(1 / master)];
  }),
);

const micro = (time: number): string => `${(time * 1e6).toFixed(0)} µs`;
const costs = [
  ['4-100-2 and 4-100-1', source],
  ['256-256 towers, rollouts of 100 steps', largeRun],
] as const;
/** Fewest cores, of two or more, that a measurement should have had. */
const quietCores = 1.7;
const disturbed = rows.every(({ nats }) => nats.cores >= quietCores)
  ? ''
  : 'Other programs took much of the machine meanwhile (see cores), so these figures say little: run it again on a quiet machine.\n\n';
const text = `# Workers on other machines: measurements and a model

Printed by \`npm run bench:scale\`. CartPole-v1, \`a3c\`, 16 environments, rollouts of 64 steps, all programs on one machine; ${seconds} s of each job.

${table(
  [
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
  ],
  lines,
)}

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

Hosts of four cores with four workers each, a machine of four cores for the master and nats-server, a network of 1 Gbit/s and 0.1 ms. Each cell has updates/s, staleness and the share of time in which the master works. The last column is what one master can apply at most.

${table(['network', 'rollout', '1 worker', '10', '100', '1,000', 'master, updates/s'], predictions)}

Where the master works all the time, more workers only make gradients older. Then let each gradient stand for more steps: longer rollouts and more environments for each worker (\`rolloutLength\`, \`environmentsPerWorker\`). Where the link is full first, \`remotePrecision: "float16"\` halves the bytes. \`maxStaleness\` refuses what is too old.

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
