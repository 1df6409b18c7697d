// npm run bench:channel: gradients per second from two threads that compute for 8 µs each to one that reads them, over
// a message port with buffers given back, with fresh buffers, and over a ring in shared memory.
import {
  isMainThread,
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  workerData,
  type MessagePort,
} from 'node:worker_threads';
import { z } from 'zod';

const modes = ['returned', 'fresh', 'ring'] as const;
type Mode = (typeof modes)[number];
const gradientLength = 1104;
const computeMicroseconds = 8;
const measuredMs = 1500;
const threads = 2;
/** Cells a thread has in the control block: sent, taken. */
const sentCell = 0;
const takenCell = 16;
const cellsPerThread = 32;

const taskSchema = z.object({
  mode: z.enum(modes),
  depth: z.int(),
  index: z.int(),
  control: z.instanceof(SharedArrayBuffer),
  ring: z.instanceof(SharedArrayBuffer),
  port: z.custom<MessagePort>(),
});
type Task = z.infer<typeof taskSchema>;

function compute(): void {
  const end = performance.now() + computeMicroseconds / 1000;
  while (performance.now() < end);
}

function produce({ mode, depth, index, control, ring, port }: Task): void {
  const cells = new Int32Array(control);
  const cell = index * cellsPerThread;
  const gradient = new Float32Array(gradientLength);
  const slots = new Float32Array(ring);
  const free = Array.from({ length: depth }, () => new ArrayBuffer(gradientLength * 4));
  for (let sent = 0; ; sent += 1) {
    compute();
    for (let taken = Atomics.load(cells, cell + takenCell); sent - taken >= depth;) {
      Atomics.wait(cells, cell + takenCell, taken);
      taken = Atomics.load(cells, cell + takenCell);
    }
    if (mode === 'ring') {
      slots.set(gradient, (sent % depth) * gradientLength);
      Atomics.store(cells, cell + sentCell, sent + 1);
      // All threads wake the reader at the first thread's cell.
      Atomics.add(cells, cellsPerThread * threads, 1);
      Atomics.notify(cells, cellsPerThread * threads);
      continue;
    }
    if (mode === 'returned') {
      const received: { message: unknown } | undefined = receiveMessageOnPort(port);
      if (received?.message instanceof ArrayBuffer) free.push(received.message);
    }
    const buffer = (mode === 'returned' ? free.pop() : undefined) ?? new ArrayBuffer(gradientLength * 4);
    new Float32Array(buffer).set(gradient);
    port.postMessage(buffer, [buffer]);
  }
}

async function consume(mode: Mode, depth: number): Promise<number> {
  const control = new SharedArrayBuffer((cellsPerThread * threads + 1) * 4);
  const cells = new Int32Array(control);
  const sum = new Float32Array(gradientLength);
  let updates = 0;
  const apply = (gradient: Float32Array): void => {
    for (let index = 0; index < gradientLength; index += 1)
      sum[index] = (sum[index] ?? 0) + (gradient[index] ?? 0);
    updates += 1;
  };
  const rings: Float32Array[] = [];
  const workers: Worker[] = [];
  for (let index = 0; index < threads; index += 1) {
    const ring = new SharedArrayBuffer(depth * gradientLength * 4);
    rings.push(new Float32Array(ring));
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (buffer: ArrayBuffer) => {
      apply(new Float32Array(buffer));
      if (mode === 'returned') port1.postMessage(buffer, [buffer]);
      Atomics.add(cells, index * cellsPerThread + takenCell, 1);
      Atomics.notify(cells, index * cellsPerThread + takenCell);
    });
    const data = { mode, depth, index, control, ring, port: port2 };
    workers.push(new Worker(new URL(import.meta.url), { workerData: data, transferList: [port2] }));
  }
  while (updates === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (mode === 'ring') takeFromRings();
  }
  updates = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < measuredMs) {
    const seen = Atomics.load(cells, cellsPerThread * threads);
    if (mode === 'ring' && !takeFromRings()) await waitForRing(seen);
    else await new Promise((resolve) => setImmediate(resolve));
  }
  const rate = updates / ((performance.now() - startedAt) / 1000);
  await Promise.all(workers.map(async (worker) => await worker.terminate()));
  return rate;

  function takeFromRings(): boolean {
    let hasTaken = false;
    rings.forEach((ring, index) => {
      const cell = index * cellsPerThread;
      let taken = Atomics.load(cells, cell + takenCell);
      while (taken < Atomics.load(cells, cell + sentCell)) {
        const start = (taken % depth) * gradientLength;
        apply(ring.subarray(start, start + gradientLength));
        taken += 1;
        Atomics.store(cells, cell + takenCell, taken);
        Atomics.notify(cells, cell + takenCell);
        hasTaken = true;
      }
    });
    return hasTaken;
  }

  async function waitForRing(seen: number): Promise<void> {
    const wait = Atomics.waitAsync(cells, cellsPerThread * threads, seen, 10);
    if (wait.async) await wait.value;
  }
}

if (isMainThread) {
  console.log('thousand gradients per second, by the number on the way per thread');
  for (const mode of modes) {
    const rates: string[] = [];
    for (const depth of [4, 8, 16]) {
      const samples: number[] = [];
      for (let run = 0; run < 3; run += 1) samples.push(await consume(mode, depth));
      rates.push(`${depth}: ${((samples.toSorted((a, b) => a - b)[1] ?? 0) / 1000).toFixed(0)}`);
    }
    console.log(mode.padEnd(10), rates.join('   '));
  }
} else {
  produce(taskSchema.parse(workerData));
}
