// The system's nats-server, a server and a process with remote workers, for benchmarks. `apt-get install nats-server`.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { A3CClient } from '../../src/index.ts';
import { findFreePort } from '../../test/fixtures/find-free-port.ts';
import { withServer } from '../measure-server.ts';
import type { MeasuredProcesses } from './measure.ts';

/** Runs `work` with all of them on this machine; `slots` is the number of workers. */
export async function withCluster<Result>(
  slots: number,
  work: (client: A3CClient, processes: MeasuredProcesses) => Promise<Result>,
): Promise<Result> {
  const [port, monitorPort] = [await findFreePort(), await findFreePort()];
  const streams = await mkdtemp(join(tmpdir(), 'a3c-bench-'));
  const flags = ['--addr', '127.0.0.1', '--port', port, '--http_port', monitorPort, '-js', '-sd', streams];
  const nats = spawn('nats-server', flags.map(String), { stdio: 'ignore' });
  await once(nats, 'spawn').catch((error: unknown) => {
    throw new Error('nats-server cannot be started (apt-get install nats-server)', { cause: error });
  });
  // The server and the worker read it.
  process.env.A3C_NATS = `nats://127.0.0.1:${port}`;
  try {
    return await withServer(async (client, { processId }) => {
      const worker = startWorker(slots);
      try {
        return await work(client, {
          server: processId,
          nats: nats.pid ?? 0,
          worker: worker.pid ?? 0,
          monitor: `http://127.0.0.1:${monitorPort}`,
        });
      } finally {
        worker.kill('SIGTERM');
        await once(worker, 'exit');
      }
    });
  } finally {
    nats.kill('SIGTERM');
    await once(nats, 'exit');
    await rm(streams, { recursive: true, force: true });
  }
}

function startWorker(slots: number): ChildProcess {
  const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  return spawn(process.execPath, [command, 'worker', '--slots', String(slots)], {
    stdio: 'ignore',
    detached: true,
  });
}
