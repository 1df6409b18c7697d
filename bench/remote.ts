// npm run bench:remote [-- --pairs N]: the same job with two threads, and with two slots of `a3c worker` over NATS, in
// turn on this machine. It starts the system's nats-server (apt-get install nats-server).
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { A3CClient, JobRequest } from '../src/index.ts';
import { findFreePort } from '../test/fixtures/find-free-port.ts';
import { withServer } from './measure-server.ts';
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
  stop: { maxSteps: 6_000_000, targetReward: null },
  evaluation: { episodes: 1, everySteps: 100_000_000 },
};
const measure = 'CartPole, 2 workers × 16 environments, rollouts of 64';

const port = await findFreePort();
const streams = mkdtempSync(join(tmpdir(), 'a3c-bench-'));
const nats = spawn('nats-server', ['--addr', '127.0.0.1', '--port', String(port), '-js', '-sd', streams], {
  stdio: 'ignore',
});
await once(nats, 'spawn').catch((error: unknown) => {
  throw new Error('nats-server cannot be started (apt-get install nats-server)', { cause: error });
});
// The server and the worker read it.
process.env.A3C_NATS = `nats://127.0.0.1:${port}`;
try {
  await withServer(async (client) => {
    const worker = startWorker();
    try {
      await compare(client);
    } finally {
      worker.kill('SIGTERM');
      await once(worker, 'exit');
    }
  });
} finally {
  nats.kill('SIGTERM');
}

async function compare(client: A3CClient): Promise<void> {
  const samples: Record<'threads' | 'NATS', number[]> = { threads: [], NATS: [] };
  // The first pair warms up.
  for (let pair = 0; pair <= pairs; pair += 1) {
    const speeds = { threads: await measureSpeed(client, 0), NATS: await measureSpeed(client, 2) };
    if (pair === 0) continue;
    samples.threads.push(speeds.threads);
    samples.NATS.push(speeds.NATS);
  }
  printTableLine(measure.length, { measure: '', unit: 'unit' }, ['median', 'min', 'max']);
  for (const [name, runs] of Object.entries(samples)) {
    const { median, min, max } = summarize(runs);
    const figures = [median, min, max].map(formatFigure);
    printTableLine(measure.length, { measure, unit: 'steps/s' }, [...figures, name]);
  }
  const ratios = samples.NATS.map((speed, pair) => speed / (samples.threads[pair] ?? Number.NaN));
  console.log(`NATS / threads: ${summarize(ratios).median.toFixed(2)}, median of ${pairs} pairs`);
}

/** Steps a second of training, without the start of the job. */
async function measureSpeed(client: A3CClient, remoteWorkers: number): Promise<number> {
  const { id } = await client.createJob({ ...job, remoteWorkers });
  const { state, progress } = await client.waitFor(id);
  if (state !== 'succeeded') throw new Error(`the job ended as ${state}`);
  return progress.steps / progress.elapsedSeconds;
}

function startWorker(): ChildProcess {
  const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  return spawn(process.execPath, [command, 'worker', '--slots', '2'], { stdio: 'ignore', detached: true });
}
