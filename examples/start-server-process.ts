// Start of `a3c serve` as users start it: as its own process, on a free port, with a temporary data directory.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { A3CClient } from '../src/index.ts';

export interface ServerProcess {
  readonly url: string;
  readonly processId: number;
  readonly dataDirectory: string;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

const startDeadlineMs = 20_000;
const stopDeadlineMs = 10_000;
const pollMs = 20;

/** `flags` are further flags of `a3c serve`. */
export async function startServerProcess(flags: readonly string[] = []): Promise<ServerProcess> {
  const data = await mkdtemp(join(tmpdir(), 'a3c-quickstart-'));
  const portFile = join(data, 'port');
  const dataDirectory = join(data, 'data');
  const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  const args = [
    'serve',
    '--port',
    '0',
    '--port-file',
    portFile,
    '--data',
    dataDirectory,
    '--log-level',
    'error',
    ...flags,
  ];
  const server = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  const exited = new Promise<void>((resolve) => {
    server.once('exit', () => {
      resolve();
    });
    server.once('error', () => {
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    const timer = setTimeout(() => server.kill('SIGKILL'), stopDeadlineMs);
    await exited;
    clearTimeout(timer);
    await rm(data, { recursive: true, force: true });
  };
  // Leaving by a signal must not leave the server behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void stop().finally(() => process.exit(1));
    });
  }
  try {
    const url = await waitUntilReady(portFile, () => server.exitCode !== null);
    return { url, stop, processId: server.pid ?? 0, dataDirectory };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function waitUntilReady(portFile: string, hasEnded: () => boolean): Promise<string> {
  const deadline = Date.now() + startDeadlineMs;
  while (Date.now() < deadline) {
    if (hasEnded()) throw new Error('the server ended before it was ready');
    const port = (await readFile(portFile, 'utf8').catch(() => '')).trim();
    const url = `http://127.0.0.1:${port}`;
    if (port !== '' && (await new A3CClient({ url }).isReady())) return url;
    await sleep(pollMs);
  }
  throw new Error(`the server was not ready within ${startDeadlineMs / 1000} s`);
}
