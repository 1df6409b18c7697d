// npm run bench:live-page [-- --pairs N --seconds N --view jobs]: what a page of the dashboard costs a job that trains on
// the same cores at full speed. The page is opened and closed in turn while the job trains.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { A3CClient, JobRequest } from '../src/index.ts';
import { chromiumPath } from '../test/fixtures/chromium-path.ts';
import { openBrowserWindow, type BrowserWindow } from './load/browser-window.ts';
import { endlessJob, waitUntilTraining, withServer } from './measure-server.ts';
import { readProcessorSeconds } from './process-tree.ts';
import { formatFigure, summarize } from './statistics.ts';
import { printTableLine } from './table-line.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '8' },
    view: { type: 'string', default: 'job' },
  },
});
const pairs = Number(values.pairs);
const seconds = Number(values.seconds);
if (!Number.isInteger(pairs) || pairs < 1) throw new RangeError('--pairs takes a number from 1');
if (!Number.isInteger(seconds) || seconds < 1) throw new RangeError('--seconds takes a number from 1');
if (values.view !== 'job' && values.view !== 'jobs') throw new RangeError('--view takes job or jobs');

const job: JobRequest = { ...endlessJob, workers: 2 };
/** A page reads and draws the whole curve first; that is not measured. */
const openingMs = 3_000;
/** A job trains this long first, so that its curve has many points. */
const warmUpMs = 20_000;

interface Turn {
  readonly stepsPerSecond: number;
  /** Processor time in percent of one core. */
  readonly browser: number;
  readonly server: number;
}

interface Pair {
  readonly alone: Turn;
  readonly shown: Turn;
}

interface Measured {
  readonly client: A3CClient;
  readonly id: string;
  readonly serverId: number;
  readonly browser: BrowserWindow;
}

const rows: readonly (readonly [measure: string, unit: string, read: (pair: Pair) => number])[] = [
  ['training alone, two workers', 'steps/s', ({ alone }) => alone.stepsPerSecond],
  ['training beside the page', 'steps/s', ({ shown }) => shown.stepsPerSecond],
  [
    'slower beside the page by',
    '%',
    ({ alone, shown }) => (1 - shown.stepsPerSecond / alone.stepsPerSecond) * 100,
  ],
  ['one core’s time that the browser took', '%', ({ shown }) => shown.browser],
  ['one core’s time that the server took, alone', '%', ({ alone }) => alone.server],
  ['the same, beside the page', '%', ({ shown }) => shown.server],
];

await withServer(async (client, { url, processId }) => {
  const browser = await openBrowserWindow(findChromium());
  try {
    const { id } = await client.createJob(job);
    await waitUntilTraining(client, id);
    await sleep(warmUpMs);
    const page = values.view === 'jobs' ? url : `${url}/#/jobs/${id}`;
    const measured: Pair[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      measured.push(await measurePair({ client, id, serverId: processId, browser }, page, pair % 2 === 0));
    }
    print(measured);
  } finally {
    await browser.close();
  }
});

function findChromium(): string {
  if (chromiumPath === null) throw new Error('there is no Chromium (apt-get install chromium)');
  return chromiumPath;
}

/** The order changes from pair to pair, because the machine may become slower or faster meanwhile. */
async function measurePair(measured: Measured, page: string, isPageFirst: boolean): Promise<Pair> {
  const show = async (): Promise<Turn> => {
    const close = await measured.browser.open(page);
    await sleep(openingMs);
    const turn = await measureTurn(measured);
    await close();
    await sleep(openingMs);
    return turn;
  };
  if (isPageFirst) {
    const shown = await show();
    return { shown, alone: await measureTurn(measured) };
  }
  const alone = await measureTurn(measured);
  return { alone, shown: await show() };
}

async function measureTurn({ client, id, serverId, browser }: Measured): Promise<Turn> {
  const read = async () => ({
    ...(await client.getJob(id)).progress,
    browser: await browser.readSeconds(),
    server: await readProcessorSeconds(serverId),
  });
  const before = await read();
  await sleep(seconds * 1000);
  const after = await read();
  const elapsed = after.elapsedSeconds - before.elapsedSeconds;
  return {
    stepsPerSecond: (after.steps - before.steps) / elapsed,
    browser: ((after.browser - before.browser) / elapsed) * 100,
    server: ((after.server - before.server) / elapsed) * 100,
  };
}

function print(measured: readonly Pair[]): void {
  const width = Math.max(...rows.map(([measure]) => measure.length));
  printTableLine(width, { measure: 'measure', unit: 'unit' }, ['median', 'min', 'max']);
  for (const [measure, unit, read] of rows) {
    const { median, min, max } = summarize(measured.map(read));
    printTableLine(width, { measure, unit }, [median, min, max].map(formatFigure));
  }
}
