// Where a server would keep its data, and listen.
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { explainStartFailure } from '../../server/start-errors.ts';
import { explainDiskError } from '../../shared/artifacts/explain-disk-error.ts';
import { describeError, find, type Finding } from './finding.ts';

export async function examineDataDirectory(data: string): Promise<Finding> {
  const name = 'data directory';
  const directory = resolve(data);
  try {
    const existing = await findExisting(directory);
    if (existing === directory && !(await stat(directory)).isDirectory())
      throw new Error(`${data} is no directory`);
    await access(existing, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(existing);
    const room = `${((bavail * bsize) / 2 ** 30).toFixed(1)} GiB free`;
    if (bavail * bsize < leastFreeBytes) throw new Error(`the disk is full (${room})`);
    return find(name, existing === directory ? `${data}, ${room}` : `${data} will be created, ${room}`);
  } catch (error) {
    const detail = `${data}: ${explainDiskError(error) ?? describeError(error)}`;
    return { name, state: 'broken', detail, remedy: 'choose another with --data, or change its permissions' };
  }
}

/** With less, a server pauses its jobs. */
const leastFreeBytes = 64 * 2 ** 20;

/** The directory itself, or the nearest above it that exists. */
async function findExisting(directory: string): Promise<string> {
  try {
    await stat(directory);
    return directory;
  } catch (error) {
    const above = dirname(directory);
    if (above === directory || !(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT')
      throw error;
    return await findExisting(above);
  }
}

export async function examinePort(host: string, port: number): Promise<Finding> {
  const name = 'port';
  const address = `${host}:${port}`;
  try {
    await listen(host, port);
    return find(name, `${address} is free`);
  } catch (error) {
    if (await isServer(address)) return find(name, `an a3c-server already listens on ${address}`);
    const detail = `${address}: ${explainStartFailure(error) ?? describeError(error)}`;
    return { name, state: 'broken', detail, remedy: 'choose another with --port; 0 takes any free one' };
  }
}

async function listen(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolvePromise, reject) => {
    server.once('error', reject).listen({ host, port }, () => server.close(() => resolvePromise()));
  });
}

const answerLimitMs = 2000;

async function isServer(address: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${address}/healthz`, { signal: AbortSignal.timeout(answerLimitMs) });
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null && 'status' in answer && answer.status === 'ok';
  } catch {
    return false;
  }
}
