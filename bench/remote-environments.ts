// npm run bench:remote-environments: steps per second of one local peer, in text and in binary, with 1 and 8 worlds. The
// peer is a thread of this process, the server another; their job has one worker and the network of CartPole-v1.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { A3CClient, startServer } from '../src/index.ts';

const environment = 'Bench-v1';
const numbers = 4;
const episodeSteps = 200;
const repetitions = 5;
const measuredMs = 2_000;
const rows = [
  { encoding: 'json', worlds: 1 },
  { encoding: 'binary', worlds: 1 },
  { encoding: 'json', worlds: 8 },
  { encoding: 'binary', worlds: 8 },
] as const;

const peerSchema = z.object({ url: z.string(), encoding: z.enum(['json', 'binary']), worlds: z.int() });
const questionSchema = z.object({
  type: z.string(),
  id: z.int().default(0),
  worlds: z.array(z.int()).default([]),
});

/** Answers at once: what is measured is the way. */
function servePeer({ url, encoding, worlds }: z.infer<typeof peerSchema>): void {
  const steps = new Uint32Array(worlds);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/environments/remote`, ['a3c']);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    const observationSpace = { type: 'box', shape: [numbers] };
    const spaces = { observationSpace, actionSpace: { type: 'discrete', n: 2 } };
    socket.send(JSON.stringify({ type: 'hello', protocol: 1, environment, ...spaces, worlds, encoding }));
  };
  socket.onmessage = (event) => {
    const data: unknown = event.data;
    if (data instanceof ArrayBuffer) socket.send(answerBinary(new Uint32Array(data), steps));
    else if (typeof data === 'string') {
      const question = questionSchema.parse(JSON.parse(data));
      if (question.type === 'reset' || question.type === 'step') socket.send(answerText(question, steps));
    }
  };
}

function answerText({ type, id, worlds }: z.infer<typeof questionSchema>, steps: Uint32Array): string {
  const observations = worlds.map(() => [0.25, -0.5, 0.125, 1]);
  for (const world of worlds) steps[world] = type === 'reset' ? 0 : (steps[world] ?? 0) + 1;
  if (type === 'reset') return JSON.stringify({ type: 'answer', id, observations });
  const terminated = worlds.map((world) => steps[world] === episodeSteps);
  const truncated = worlds.map(() => false);
  const rewards = worlds.map(() => 1);
  return JSON.stringify({ type: 'answer', id, observations, rewards, terminated, truncated });
}

function answerBinary(question: Uint32Array, steps: Uint32Array): Uint32Array<ArrayBuffer> {
  const [kind = 0, id = 0, count = 0] = question;
  const isStep = kind === 2;
  const answer = new Uint32Array(2 + count * (numbers + (isStep ? 2 : 0)));
  const floats = new Float32Array(answer.buffer);
  answer[0] = kind;
  answer[1] = id;
  for (let row = 0; row < count; row += 1) {
    const world = question[3 + row] ?? 0;
    steps[world] = isStep ? (steps[world] ?? 0) + 1 : 0;
    floats.set([0.25, -0.5, 0.125, 1], 2 + row * numbers);
    if (!isStep) continue;
    floats[2 + count * numbers + row] = 1;
    answer[2 + count * (numbers + 1) + row] = steps[world] === episodeSteps ? 1 : 0;
  }
  return answer;
}

async function readSteps(client: A3CClient, id: string): Promise<number> {
  return (await client.getJob(id)).progress.steps;
}

/** Steps per second of a job that has been training for a while. */
async function measure(row: (typeof rows)[number]): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'a3c-bench-'));
  const server = await startServer({ port: 0, data, logLevel: 'silent', spareMaster: false });
  const peer = new Worker(import.meta.filename, { workerData: { url: server.url, ...row } });
  try {
    const client = new A3CClient({ url: server.url });
    while (!(await client.listEnvironments()).some(({ peers }) => peers === 1)) await sleep(50);
    const { id } = await client.createJob({
      environment: `remote:${environment}`,
      workers: 1,
      environmentsPerWorker: row.worlds,
      stop: { maxSteps: 100_000_000, targetReward: null },
      evaluation: { everySteps: 100_000_000 },
    });
    while ((await readSteps(client, id)) < 2_000) await sleep(50);
    const [before, startMs] = [await readSteps(client, id), performance.now()];
    await sleep(measuredMs);
    const steps = (await readSteps(client, id)) - before;
    return (1000 * steps) / (performance.now() - startMs);
  } finally {
    await peer.terminate();
    await server.close();
    rmSync(data, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

if (isMainThread) {
  const measured = rows.map((row) => ({ ...row, rates: Array<number>() }));
  // In turns, so that a busy minute hits all rows.
  for (let repetition = 0; repetition < repetitions; repetition += 1)
    for (const row of measured) row.rates.push(await measure(row));
  console.table(
    measured.map(({ encoding, worlds, rates }) => ({
      encoding,
      worlds,
      'steps/s, median': Math.round(median(rates)),
      // What a busy machine disturbs least.
      'steps/s, best': Math.round(Math.max(...rates)),
      'µs per round trip, best': Math.round((1e6 * worlds) / Math.max(...rates)),
    })),
  );
} else servePeer(peerSchema.parse(workerData));
