// Measurement of a server as users notice it: time from POST to a trained model, latency during training, and memory.
import { setTimeout as sleep } from 'node:timers/promises';
import { A3CClient, type Job, type JobRequest } from '../src/index.ts';
import { startServerProcess } from '../examples/start-server-process.ts';
import { listProcessTree, readResidentMebibytes } from './process-tree.ts';

/** Seconds from POST of a job with the environment's preset to `succeeded`, as a client that follows its events sees it. */
export async function measureTimeToSolve(
  client: A3CClient,
  environment: string,
  seed: number,
): Promise<{ seconds: number; job: Job }> {
  const startedAt = performance.now();
  const { id } = await client.createJob({ environment, seed });
  const job = await waitUntilFinished(client, id);
  if (job.state !== 'succeeded') throw new Error(`job of seed ${seed} ended as ${job.state}`);
  return { seconds: (performance.now() - startedAt) / 1000, job };
}

/** The stream of events ends with the job. */
async function waitUntilFinished(client: A3CClient, id: string): Promise<Job> {
  const events = client.events(id);
  while (!(await events.next()).done);
  return client.getJob(id);
}

/** Trains with two workers until it is cancelled. */
export const endlessJob: JobRequest = {
  environment: 'CartPole-v1',
  stop: { maxSteps: null, targetReward: null, maxSeconds: 900 },
  optimizer: { schedule: 'constant', learningRate: 0.001 },
};

/** Milliseconds each of `count` requests for /status took while two workers train flat out. */
export async function measureLatency(client: A3CClient, url: string, count: number): Promise<number[]> {
  const { id } = await client.createJob(endlessJob);
  await waitUntilTraining(client, id);
  const latencies: number[] = [];
  for (let request = 0; request < count; request += 1) {
    const startedAt = performance.now();
    const response = await fetch(`${url}/status`);
    await response.arrayBuffer();
    latencies.push(performance.now() - startedAt);
    await sleep(2);
  }
  await client.cancelJob(id);
  await waitUntilFinished(client, id);
  return latencies;
}

/** Mebibytes resident in the server and all its children while one job trains. */
export async function measureMemory(client: A3CClient, serverId: number): Promise<number> {
  const { id } = await client.createJob(endlessJob);
  await waitUntilTraining(client, id);
  await sleep(3000);
  const processes = await listProcessTree(serverId);
  const sizes = await Promise.all(processes.map((id) => readResidentMebibytes(id)));
  await client.cancelJob(id);
  await waitUntilFinished(client, id);
  return sizes.reduce((sum, size) => sum + size, 0);
}

export async function waitUntilTraining(client: A3CClient, id: string): Promise<void> {
  while ((await client.getJob(id)).progress.steps === 0) await sleep(20);
}

/** Runs `work` against a fresh server process. */
export async function withServer<Result>(
  work: (client: A3CClient, server: { url: string; processId: number }) => Promise<Result>,
): Promise<Result> {
  const server = await startServerProcess();
  try {
    return await work(new A3CClient({ url: server.url }), server);
  } finally {
    await server.stop();
  }
}
