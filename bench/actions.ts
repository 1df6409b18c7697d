// npm run bench:actions [-- --runs N --seconds N]: the policy as a service under load, as a table and in
// bench/actions-results.json. The load is made by this process, on the same cores.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { startServerProcess } from '../examples/start-server-process.ts';
import { A3CClient } from '../src/index.ts';
import { postActions, sendActions, type AnsweredLoad } from './load/action-load.ts';
import { requestStatuses } from './load/request-statuses.ts';
import { endlessJob, waitUntilTraining } from './measure-server.ts';
import { readProcessorSeconds } from './process-tree.ts';
import { describeMachine, writeResults, type RowResult } from './results.ts';
import { formatFigure, percentile, summarize } from './statistics.ts';
import { printTableLine } from './table-line.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, seconds: { type: 'string', default: '4' } },
});
const runs = Number(values.runs);
const seconds = Number(values.seconds);
if (!Number.isInteger(runs) || runs < 1) throw new RangeError(`--runs takes a number from 1`);
if (!Number.isInteger(seconds) || seconds < 1) throw new RangeError(`--seconds takes a number from 1`);

const resultsFile = new URL('./actions-results.json', import.meta.url);
const batchRows = 256;
const connections = 16;
const sockets = 4;
const statusesPerSecond = 500;
const actionsPerSecond = 1_000;
/** How long a job takes to its full speed. */
const warmUpMs = 2_000;

interface Turn {
  readonly plainRate: number;
  readonly single: AnsweredLoad;
  readonly serverShare: number;
  readonly batch: AnsweredLoad;
  readonly socket: AnsweredLoad;
  readonly statusP99: number;
  readonly statusP99Training: number;
  readonly stepsAlone: number;
  readonly stepsLoaded: number;
}

interface Row {
  readonly measure: string;
  readonly unit: string;
  readonly target: string;
  readonly read: (turn: Turn) => number;
}

const rows: readonly Row[] = [
  { measure: 'GET /healthz, for comparison', unit: '/s', target: '–', read: (turn) => turn.plainRate },
  {
    measure: 'single answers over 16 connections that stay open',
    unit: '/s',
    target: '≥ 15 k',
    read: ({ single }) => single.answersPerSecond,
  },
  {
    measure: 'the same, p99',
    unit: 'ms',
    target: '–',
    read: ({ single }) => percentile(single.latencies, 0.99),
  },
  {
    measure: 'share of one core that the server took',
    unit: '%',
    target: '–',
    read: (turn) => turn.serverShare,
  },
  {
    measure: 'observations answered in batches of 256, 4 connections',
    unit: '/s',
    target: '≥ 500 k',
    read: ({ batch }) => batch.answersPerSecond * batchRows,
  },
  {
    measure: 'single answers over 4 WebSockets',
    unit: '/s',
    target: '–',
    read: ({ socket }) => socket.answersPerSecond,
  },
  {
    measure: 'GET /status at 500/s beside as many answers as possible, p99',
    unit: 'ms',
    target: '< 20',
    read: (turn) => turn.statusP99,
  },
  {
    measure: 'the same beside 1,000 answers/s and training, p99',
    unit: 'ms',
    target: '< 20',
    read: (turn) => turn.statusP99Training,
  },
  { measure: 'training alone, two workers', unit: 'steps/s', target: '–', read: (turn) => turn.stepsAlone },
  {
    measure: 'training beside 1,000 answers/s and 500 statuses/s',
    unit: 'steps/s',
    target: '–',
    read: (turn) => turn.stepsLoaded,
  },
  {
    measure: 'slower by',
    unit: '%',
    target: '–',
    read: (turn) => (1 - turn.stepsLoaded / turn.stepsAlone) * 100,
  },
  {
    measure: 'answers that were errors, or missing',
    unit: '',
    target: '0',
    read: ({ single, batch, socket }) => single.failures + batch.failures + socket.failures,
  },
];

const server = await startServerProcess(['--max-requests-per-second', '1000000']);
const turns: Turn[] = [];
try {
  const client = new A3CClient({ url: server.url });
  const { id } = await client.createJob({ environment: 'CartPole-v1', seed: 1 });
  await client.waitFor(id);
  const url = `${server.url}/jobs/${id}`;
  // The compiler of V8 needs some requests too.
  await postActions({ url, rows: 1, connections, seconds: 1 });
  for (let run = 0; run < runs; run += 1) turns.push(await measure(client, url));
} finally {
  await server.stop();
}

const width = Math.max(...rows.map(({ measure: name }) => name.length));
printTableLine(width, { measure: 'measure', unit: 'unit' }, ['median', 'min', 'max', 'target']);
const results = rows.map(({ measure: name, unit, target, read }): RowResult => {
  const row = { measure: name, unit, target, ...summarize(turns.map(read)) };
  printTableLine(width, row, [...[row.median, row.min, row.max].map(formatFigure), target]);
  return row;
});
const machine = describeMachine();
await writeResults(
  { measuredAt: new Date().toISOString(), machine, runs, trainingSeconds: seconds, rows: results },
  resultsFile,
);
console.log(`\n${machine.processor}, ${machine.cores} cores; written to bench/actions-results.json`);

/** Measures everything once, one after the other. */
async function measure(client: A3CClient, url: string): Promise<Turn> {
  const plain = await autocannon({ url: `${server.url}/healthz`, connections, duration: seconds });
  const before = await readProcessorSeconds(server.processId);
  const single = await postActions({ url, rows: 1, connections, seconds });
  const serverSeconds = (await readProcessorSeconds(server.processId)) - before;
  const batch = await postActions({ url, rows: batchRows, connections: 4, seconds });
  const socket = await sendActions({ url, rows: 1, connections: sockets, seconds });
  const [statuses] = await Promise.all([
    requestStatuses(server.url, { perSecond: statusesPerSecond, seconds }),
    postActions({ url, rows: 1, connections, seconds: seconds + 1 }),
  ]);
  return {
    plainRate: plain['2xx'] / plain.duration,
    single,
    serverShare: (serverSeconds / seconds) * 100,
    batch,
    socket,
    statusP99: percentile(statuses.latencies, 0.99),
    ...(await measureTraining(client, url)),
  };
}

async function measureTraining(
  client: A3CClient,
  url: string,
): Promise<Pick<Turn, 'statusP99Training' | 'stepsAlone' | 'stepsLoaded'>> {
  const { id } = await client.createJob(endlessJob);
  await waitUntilTraining(client, id);
  await sleep(warmUpMs);
  const readSpeed = async (work: () => Promise<unknown>): Promise<number> => {
    const { progress: first } = await client.getJob(id);
    await work();
    const { progress: last } = await client.getJob(id);
    return (last.steps - first.steps) / (last.elapsedSeconds - first.elapsedSeconds);
  };
  const stepsAlone = await readSpeed(() => sleep(seconds * 1000));
  let latencies: readonly number[] = [];
  const stepsLoaded = await readSpeed(async () => {
    const [statuses] = await Promise.all([
      requestStatuses(server.url, { perSecond: statusesPerSecond, seconds }),
      postActions({ url, rows: 1, connections, seconds, perSecond: actionsPerSecond }),
    ]);
    ({ latencies } = statuses);
  });
  await client.cancelJob(id);
  await client.waitFor(id);
  return { stepsAlone, stepsLoaded, statusP99Training: percentile(latencies, 0.99) };
}
