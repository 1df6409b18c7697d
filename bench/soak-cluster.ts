// npm run soak:cluster -- --minutes 60: a server without masters, two trainers and a worker over NATS, and a browser that
// shows the jobs, while jobs come, train and go. Prints each minute what each of them holds, and at the end whether that
// grows. Exits with 1 if it does, or if a job fails.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startServerProcess } from '../examples/start-server-process.ts';
import { A3CClient } from '../src/index.ts';
import { chromiumPath } from '../test/fixtures/chromium-path.ts';
import { findFreePort } from '../test/fixtures/find-free-port.ts';
import { openBrowserWindow, type BrowserWindow } from './load/browser-window.ts';
import { countOpenFiles, countThreads, readResidentMebibytes } from './process-tree.ts';
import { readLiveMebibytes, requestReports } from './soak/live-memory.ts';
import { JobMixture } from './soak/job-mixture.ts';
import { flatMebibytesPerMinute, openJobs, readMinutes, sampleMs, settleMs } from './soak/pace.ts';
import { measureSlope, takeLastTwoThirds } from './soak/trend.ts';

const minutes = readMinutes(60);

/** Memory that is alive after a collection: 3 MiB in an hour. */
const flatLiveMebibytesPerMinute = 0.05;
/** A browser's memory goes up and down by tens of mebibytes. */
const flatBrowserMebibytesPerMinute = 1;
/** Sockets to clients that stay open for a while, and what a process opens when it is first needed. */
const allowedOpenFiles = openJobs * 4 + 4;
const allowedThreads = 4;

interface Sample {
  readonly minutes: number;
  readonly mebibytes: number;
  /** Alive after a collection; null for programs that are not Node's, and before the first report. */
  readonly liveMebibytes: number | null;
  readonly openFiles: number;
  readonly threads: number;
}

interface Role {
  readonly name: string;
  /** Its memory in MiB. */
  readonly read: () => Promise<number>;
  /** Whose open files and threads are counted; null: they come and go. */
  readonly processId: number | null;
  readonly flatMebibytesPerMinute: number;
  readonly samples: Sample[];
}

const directory = await mkdtemp(join(tmpdir(), 'a3c-soak-'));
const roles: Role[] = [];
const startedAt = performance.now();

function addRole(name: string, processId: number): void {
  const read = async (): Promise<number> => await readResidentMebibytes(processId);
  roles.push({ name, processId, read, flatMebibytesPerMinute, samples: [] });
}

async function start(name: string, command: string, flags: readonly string[]): Promise<void> {
  const child = spawn(command, flags, { stdio: 'ignore', detached: true });
  await once(child, 'spawn');
  stops.push(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  });
  addRole(name, child.pid ?? 0);
}

/** What ends the soak's processes, the last one first. */
const stops: (() => Promise<void>)[] = [];

async function startAll(): Promise<{ client: A3CClient; browser: BrowserWindow }> {
  requestReports(directory);
  const port = await findFreePort();
  const store = join(directory, 'nats');
  await start('nats', 'nats-server', [
    '-a',
    '127.0.0.1',
    '-p',
    String(port),
    '-js',
    '-sd',
    store,
    '-l',
    join(directory, 'nats.log'),
  ]);
  process.env.A3C_NATS = `nats://127.0.0.1:${port}`;
  const server = await startServerProcess(['--no-train', '--nats', process.env.A3C_NATS]);
  stops.push(async () => {
    await server.stop();
  });
  addRole('server', server.processId);
  const entry = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  for (const name of ['trainer 1', 'trainer 2']) {
    await start(name, process.execPath, [entry, 'trainer', '--data', join(directory, name)]);
  }
  await start('worker', process.execPath, [entry, 'worker', '--slots', '1']);
  if (chromiumPath === null) throw new Error('there is no Chromium (apt-get install chromium)');
  const browser = await openBrowserWindow(chromiumPath);
  stops.push(async () => {
    await browser.close();
  });
  await browser.open(server.url);
  return { client: new A3CClient({ url: server.url }), browser };
}

async function takeSamples(): Promise<void> {
  for (const { processId, read, samples } of roles) {
    samples.push({
      minutes: (performance.now() - startedAt) / 60_000,
      mebibytes: await read(),
      liveMebibytes: processId === null ? null : await readLiveMebibytes(processId),
      openFiles: processId === null ? 0 : await countOpenFiles(processId),
      threads: processId === null ? 0 : await countThreads(processId),
    });
  }
}

function printLine(first: string, cells: readonly string[]): void {
  console.log([first.padStart(7), ...cells.map((cell) => cell.padStart(20))].join(' '));
}

function printSamples(): void {
  const newest = roles.map(({ samples }) => samples.at(-1));
  printLine(
    (newest[0]?.minutes ?? 0).toFixed(1),
    newest.map((sample) =>
      sample === undefined
        ? ''
        : [
            sample.mebibytes.toFixed(0),
            ...(sample.liveMebibytes === null ? [] : [sample.liveMebibytes.toFixed(1)]),
            sample.openFiles,
            sample.threads,
          ].join(' · '),
    ),
  );
}

function listLeaks({ name, samples, flatMebibytesPerMinute: flat }: Role): string[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    ...judgeGrowth(name, samples, { read: ({ mebibytes }) => mebibytes, flat }),
    ...judgeGrowth(`${name}, alive`, samples, {
      read: ({ liveMebibytes }) => liveMebibytes,
      flat: flatLiveMebibytesPerMinute,
    }),
    ...(last.openFiles <= first.openFiles + allowedOpenFiles
      ? []
      : [`${name} has ${last.openFiles} open files, ${first.openFiles} at the start`]),
    ...(last.threads <= first.threads + allowedThreads
      ? []
      : [`${name} has ${last.threads} threads, ${first.threads} at the start`]),
  ];
}

interface Judgement {
  readonly read: (sample: Sample) => number | null;
  /** In MiB a minute: less is no growth. */
  readonly flat: number;
}

/** Prints how memory changes over the last two thirds, and says so if it grows. The last sample is taken at rest. */
function judgeGrowth(name: string, samples: readonly Sample[], { read, flat }: Judgement): string[] {
  const figures = samples.slice(0, -1).flatMap((sample) => {
    const value = read(sample);
    return value === null ? [] : [{ minutes: sample.minutes, value }];
  });
  if (figures.length === 0) return [];
  const slope = measureSlope(takeLastTwoThirds(figures));
  console.log(
    `${name}: ${slope.toFixed(3)} MiB/min over the last two thirds, ${slope < flat ? 'flat' : 'growing'}`,
  );
  return slope < flat ? [] : [`${name} grows by ${slope.toFixed(2)} MiB a minute`];
}

const deadline = startedAt + minutes * 60_000;
const failures: Error[] = [];

async function playUntilDeadline(mixture: JobMixture): Promise<void> {
  try {
    while (performance.now() < deadline && failures.length === 0) await mixture.playJob();
  } catch (error) {
    failures.push(error instanceof Error ? error : new Error(String(error)));
  }
}

async function watchUntilDeadline(): Promise<void> {
  for (let printedMinutes = 0; performance.now() < deadline && failures.length === 0;) {
    await takeSamples();
    if ((roles[0]?.samples.at(-1)?.minutes ?? 0) >= printedMinutes) {
      printSamples();
      printedMinutes += 1;
    }
    await sleep(sampleMs);
  }
}

try {
  const { client, browser } = await startAll();
  roles.push({
    name: 'browser',
    flatMebibytesPerMinute: flatBrowserMebibytesPerMinute,
    samples: [],
    processId: null,
    read: async () => await browser.readMebibytes(),
  });
  const mixture = new JobMixture(client, 1);
  await mixture.playJob();
  console.log('Memory in MiB · of it alive after a collection · open files · threads');
  printLine(
    'minute',
    roles.map(({ name }) => name),
  );
  await Promise.all([
    watchUntilDeadline(),
    ...Array.from({ length: openJobs }, async () => {
      await playUntilDeadline(mixture);
    }),
  ]);
  const [failure] = failures;
  if (failure) throw failure;
  await sleep(settleMs);
  await takeSamples();
  printSamples();
  console.log(`\njobs: ${[...mixture.ended].map(([state, count]) => `${count} ${state}`).join(', ')}`);
  const leaks = roles.flatMap(listLeaks);
  for (const leak of leaks) console.log(leak);
  if (leaks.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const stop of stops.reverse()) await stop();
  await rm(directory, { recursive: true, force: true });
}
