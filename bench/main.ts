// npm run bench: measures this machine, prints the table and writes bench/results.json.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { measureLatency, measureMemory, measureTimeToSolve, withServer } from './measure-server.ts';
import { measureTfjs } from './measure-tfjs.ts';
import { measureTraining, tutorialNetwork, twoTanhLayers } from './measure-training.ts';
import { formatFigure, percentile, summarize, type Spread } from './statistics.ts';

const runs = 5;
const trainingSeconds = 3;
const peerSeconds = 2;

interface Row extends Spread {
  readonly measure: string;
  readonly unit: string;
  readonly target: string;
}

const rows: Row[] = [];

async function measure(
  row: Pick<Row, 'measure' | 'unit' | 'target'>,
  sample: (run: number) => Promise<number>,
): Promise<void> {
  const samples: number[] = [];
  for (let run = 0; run < runs; run += 1) samples.push(await sample(run));
  add(row, samples);
}

function add(row: Pick<Row, 'measure' | 'unit' | 'target'>, samples: readonly number[]): void {
  const spread = summarize(samples);
  rows.push({ ...row, ...spread });
  const figures = [spread.median, spread.min, spread.max].map(formatFigure);
  console.log(
    [
      row.measure.padEnd(62),
      row.unit.padEnd(8),
      ...figures.map((figure) => figure.padStart(9)),
      row.target.padStart(10),
    ].join('  '),
  );
}

console.log(
  ['measure'.padEnd(62), 'unit'.padEnd(8), '   median', '      min', '      max', '    target'].join('  '),
);

const throughput = async (settings: Parameters<typeof measureTraining>[0]): Promise<number> =>
  (await measureTraining(settings, trainingSeconds)).stepsPerSecond;

await measure(
  { measure: 'CartPole, 4-100-2 and 4-100-1, 2 workers × 1 environment', unit: 'steps/s', target: '≥ 1 M' },
  () => throughput({ network: tutorialNetwork, environmentsPerWorker: 1 }),
);
await measure({ measure: 'the same, tfjs cpu, one thread', unit: 'steps/s', target: 'peer' }, () =>
  measureTfjs('cpu', [100], peerSeconds),
);
await measure({ measure: 'the same, tfjs wasm, one thread', unit: 'steps/s', target: 'peer' }, () =>
  measureTfjs('wasm', [100], peerSeconds),
);
await measure({ measure: 'the same, 2 workers × 16 environments', unit: 'steps/s', target: '≥ 3 M' }, () =>
  throughput({ network: tutorialNetwork, environmentsPerWorker: 16 }),
);
await measure(
  { measure: 'CartPole, 64-64 tanh towers, 2 workers × 8 environments', unit: 'steps/s', target: '≥ 300 k' },
  () => throughput({ network: twoTanhLayers, environmentsPerWorker: 8 }),
);
await measure(
  { measure: 'the same, tfjs wasm, one thread, one environment', unit: 'steps/s', target: 'peer' },
  () => measureTfjs('wasm', [64, 64], peerSeconds),
);
await withServer(async (client) => {
  const seconds: number[] = [];
  for (let seed = 1; seed <= 10; seed += 1)
    seconds.push((await measureTimeToSolve(client, 'CartPole-v1', seed)).seconds);
  add({ measure: 'POST of a CartPole-v1 job to succeeded, seeds 1–10', unit: 's', target: '< 1 s' }, seconds);
});
await withServer(async (client, { url }) => {
  await measure(
    { measure: 'GET /status while two workers train, p99 of 500 requests', unit: 'ms', target: '< 20' },
    async () => percentile(await measureLatency(client, url, 500), 0.99),
  );
});
await measure({ measure: 'resident memory, server + one CartPole job', unit: 'MiB', target: '< 300' }, () =>
  withServer((client, { processId }) => measureMemory(client, processId)),
);

const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  node: process.version,
};
const report = { measuredAt: new Date().toISOString(), machine, runs, trainingSeconds, rows };
await writeFile(new URL('./results.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
console.log(
  `\n${machine.processor}, ${machine.cores} cores, Node ${machine.node}; written to bench/results.json`,
);
