// npm run quickstart: starts a server, trains CartPole over its HTTP API, downloads the best model and checks it.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { A3CClient, builtInEnvironments, EnvironmentRegistry } from '../src/index.ts';
import { loadModelDirectory, playWithTfjs } from './play-with-tfjs.ts';
import { startServerProcess } from './start-server-process.ts';

const environment = 'CartPole-v1';
const modelDirectory = './quickstart-model';
const checkedEpisodes = 20;

/** Shows a job's progress until it has ended; throws unless it succeeded. */
async function watchJob(client: A3CClient, id: string): Promise<void> {
  const { stdout } = process;
  for await (const event of client.events(id)) {
    if (event.type !== 'progress') continue;
    const { progress, reward, throughput } = event.data;
    const average = reward.movingAverage?.toFixed(1) ?? '-';
    const pace = Math.round(throughput.stepsPerSecond).toLocaleString('en-US');
    const line = `moving average ${average} | ${progress.steps.toLocaleString('en-US')} steps | ${pace} steps/s`;
    stdout.write(stdout.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }
  if (stdout.isTTY) stdout.write('\n');
  const { state, stateReason, error } = await client.getJob(id);
  if (state !== 'succeeded')
    throw new Error(`the job ${state}: ${error?.message ?? stateReason ?? 'no reason given'}`);
}

async function downloadModel(client: A3CClient, id: string): Promise<void> {
  const { files, card } = await client.getModel(id, 'best');
  await mkdir(modelDirectory, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(modelDirectory, name), bytes);
  const score = card.scores.evaluation?.mean.toFixed(1) ?? 'unknown';
  console.log(`Best model: ${modelDirectory} (greedy mean ${score} in the server's evaluation)`);
}

async function checkModel(): Promise<void> {
  const definition = new EnvironmentRegistry(builtInEnvironments).get(environment);
  const returns = await playWithTfjs(await loadModelDirectory(modelDirectory), definition, checkedEpisodes);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  console.log(`TensorFlow.js played ${checkedEpisodes} greedy episodes with it: mean ${mean.toFixed(1)}`);
}

async function runQuickstart(): Promise<void> {
  const server = await startServerProcess();
  try {
    console.log(`Server: ${server.url} (API reference: ${server.url}/docs)`);
    const client = new A3CClient({ url: server.url });
    const { id, spec } = await client.createJob({ environment, name: 'quickstart' });
    console.log(
      `Job: ${id}, ${spec.environment} with ${spec.algorithm}, ${spec.workers} workers, seed ${spec.seed}`,
    );
    await watchJob(client, id);
    await downloadModel(client, id);
    await checkModel();
  } finally {
    await server.stop();
  }
}

try {
  await runQuickstart();
} catch (error) {
  console.error(`quickstart failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
