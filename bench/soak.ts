// npm run soak -- --minutes 30: a server under jobs that come, train and go all the time. Prints each minute what the
// server holds, and at the end whether that grows. Exits with 1 if processes, threads or open files are left behind.
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess } from '../examples/start-server-process.ts';
import { A3CClient } from '../src/index.ts';
import { JobMixture } from './soak/job-mixture.ts';
import { flatMebibytesPerMinute, openJobs, readMinutes, sampleMs, settleMs } from './soak/pace.ts';
import { sampleServer, sampleStore, type ServerSample } from './soak/server-sample.ts';
import { measureSlope, takeLastTwoThirds } from './soak/trend.ts';

const minutes = readMinutes(30);

/** A master that waits for the next job. */
const restingChildren = 1;
/** Sockets that this process keeps for its next request. */
const restingSockets = openJobs * 4;

const columns = [
  'minute',
  'server MiB',
  'masters MiB',
  'files',
  'threads',
  'children',
  'rows',
  'db MiB',
  'jobs',
];

function printLine(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, index) => String(cell).padStart((columns[index] ?? '').length)).join('  '));
}

const server = await startServerProcess();
const mixture = new JobMixture(new A3CClient({ url: server.url }));
const startedAt = performance.now();
const deadline = startedAt + minutes * 60_000;
const samples: ServerSample[] = [];
const failures: Error[] = [];

async function playUntilDeadline(): Promise<void> {
  try {
    while (performance.now() < deadline && failures.length === 0) await mixture.playJob();
  } catch (error) {
    failures.push(error instanceof Error ? error : new Error(String(error)));
  }
}

async function takeSample(): Promise<ServerSample> {
  const sample = await sampleServer(server.processId, startedAt);
  samples.push(sample);
  return sample;
}

async function printSample(sample: ServerSample): Promise<void> {
  const { rows, databaseMebibytes } = await sampleStore(server.dataDirectory);
  const jobs = [...mixture.ended.values()].reduce((sum, count) => sum + count, 0);
  printLine([
    sample.minutes.toFixed(1),
    sample.serverMebibytes.toFixed(1),
    sample.mastersMebibytes.toFixed(0),
    sample.openFiles,
    sample.threads,
    sample.children,
    rows,
    databaseMebibytes.toFixed(1),
    jobs,
  ]);
}

async function watchUntilDeadline(): Promise<void> {
  let printedMinutes = 0;
  while (performance.now() < deadline && failures.length === 0) {
    const sample = await takeSample();
    if (sample.minutes >= printedMinutes) {
      await printSample(sample);
      printedMinutes += 1;
    }
    await sleep(sampleMs);
  }
}

function describeLeaks(before: ServerSample, after: ServerSample): string[] {
  return [
    { what: 'children', count: after.children, allowed: restingChildren },
    { what: 'open files', count: after.openFiles, allowed: before.openFiles + restingSockets },
    { what: 'threads', count: after.threads, allowed: before.threads + 1 },
  ]
    .filter(({ count, allowed }) => count > allowed)
    .map(({ what, count, allowed }) => `${count} ${what} are left, ${allowed} at most should be`);
}

try {
  await mixture.playJob();
  await sleep(1000);
  const before = await sampleServer(server.processId, startedAt);
  printLine(columns);
  await Promise.all([watchUntilDeadline(), ...Array.from({ length: openJobs }, playUntilDeadline)]);
  const [failure] = failures;
  if (failure) throw failure;
  await sleep(settleMs);
  const after = await sampleServer(server.processId, startedAt);
  await printSample(after);
  const slope = measureSlope(
    takeLastTwoThirds(samples.map(({ minutes, serverMebibytes: value }) => ({ minutes, value }))),
  );
  const verdict = slope < flatMebibytesPerMinute ? 'flat' : 'growing';
  console.log(
    `\njobs: ${[...mixture.ended].map(([state, count]) => `${count} ${state}`).join(', ')}; ${mixture.busyAnswers} answers of an overloaded server`,
  );
  console.log(`server memory over the last two thirds: ${slope.toFixed(3)} MiB/min, ${verdict}`);
  const leaks = describeLeaks(before, after);
  for (const leak of leaks) console.log(leak);
  if (leaks.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await server.stop();
}
