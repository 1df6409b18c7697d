// npm run bench:api [-- --runs N --seconds N]: the HTTP API under load, as a table and in bench/api-results.json.
import { parseArgs } from 'node:util';
import { measureLoad, type LoadFigures } from './load/measure-load.ts';
import { postBurst, type PostBurst } from './load/post-burst.ts';
import { withServer } from './measure-server.ts';
import { apiResultsFile, describeMachine, writeResults, type RowResult } from './results.ts';
import { formatFigure, percentile, summarize } from './statistics.ts';
import { printTableLine } from './table-line.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, seconds: { type: 'string', default: '6' } },
});
const runs = Number(values.runs);
const seconds = Number(values.seconds);
if (!Number.isInteger(runs) || runs < 1) throw new RangeError(`--runs takes a number from 1`);
if (!Number.isInteger(seconds) || seconds < 1) throw new RangeError(`--seconds takes a number from 1`);

const postedJobs = 200;

interface ApiRow<Sample> {
  readonly measure: string;
  readonly unit: string;
  readonly target: string;
  readonly read: (sample: Sample) => number;
}

const burstRows: readonly ApiRow<PostBurst>[] = [
  {
    measure: '200 jobs posted at once: acknowledged',
    unit: '',
    target: '200',
    read: (burst) => burst.acknowledged,
  },
  {
    measure: 'the last acknowledged after',
    unit: 'ms',
    target: '–',
    read: (burst) => burst.totalMilliseconds,
  },
  {
    measure: 'each acknowledged, p99',
    unit: 'ms',
    target: '–',
    read: ({ latencies }) => percentile(latencies, 0.99),
  },
];

const loadRows: readonly ApiRow<LoadFigures>[] = [
  {
    measure: 'GET /status at 500/s beside 50 streams, p50',
    unit: 'ms',
    target: '–',
    read: (load) => load.statusP50,
  },
  { measure: 'the same, p99', unit: 'ms', target: '< 20', read: (load) => load.statusP99 },
  { measure: 'answers a second', unit: '/s', target: '500', read: (load) => load.statusRate },
  {
    measure: 'answers that were errors, or missing',
    unit: '',
    target: '0',
    read: (load) => load.statusFailures,
  },
  { measure: 'events delivered to 50 streams', unit: '/s', target: '–', read: (load) => load.eventRate },
  { measure: 'events lost, streams cut', unit: '', target: '0', read: (load) => load.eventsLost },
  { measure: 'training alone, two workers', unit: 'steps/s', target: '–', read: (load) => load.stepsAlone },
  { measure: 'training under this load', unit: 'steps/s', target: '–', read: (load) => load.stepsLoaded },
  { measure: 'slower under load by', unit: '%', target: '< 10', read: (load) => load.slowdown },
  {
    measure: 'one core’s time that the server took',
    unit: '%',
    target: '–',
    read: (load) => load.serverProcessor,
  },
  {
    measure: 'one core’s time that making the load took',
    unit: '%',
    target: '–',
    read: (load) => load.generatorProcessor,
  },
];

const measureWidth = Math.max(...[...burstRows, ...loadRows].map(({ measure }) => measure.length));
printTableLine(measureWidth, { measure: 'measure', unit: 'unit' }, ['median', 'min', 'max', 'target']);

function summarizeRows<Sample>(rows: readonly ApiRow<Sample>[], samples: readonly Sample[]): RowResult[] {
  return rows.map(({ measure, unit, target, read }) => {
    const row = { measure, unit, target, ...summarize(samples.map(read)) };
    printTableLine(measureWidth, row, [...[row.median, row.min, row.max].map(formatFigure), target]);
    return row;
  });
}

const bursts: PostBurst[] = [];
for (let run = 0; run < runs; run += 1) {
  bursts.push(await withServer((_client, { url }) => postBurst(url, postedJobs)));
}
const burstResults = summarizeRows(burstRows, bursts);
const loads: LoadFigures[] = [];
await withServer(async (client, server) => {
  for await (const turn of measureLoad({ client, ...server }, { turns: runs, seconds })) loads.push(turn);
});
const rows = [...burstResults, ...summarizeRows(loadRows, loads)];
const machine = describeMachine();
await writeResults(
  { measuredAt: new Date().toISOString(), machine, runs, trainingSeconds: seconds, rows },
  apiResultsFile,
);
console.log(
  `\n${machine.processor}, ${machine.cores} cores, Node ${machine.node}; written to bench/api-results.json`,
);
