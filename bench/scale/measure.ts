// Measurement of a job with workers over NATS or with threads: its speed, the processor time of each process, and what
// NATS carried.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { A3CClient, JobRequest } from '../../src/index.ts';
import { listProcessTree, readProcessorSeconds } from '../process-tree.ts';

export interface MeasuredProcesses {
  readonly server: number;
  readonly nats: number;
  readonly worker: number;
  /** Address of the report of NATS. */
  readonly monitor: string;
}

/** Per update, unless it says otherwise; times in seconds of processor time. */
export interface Measured {
  readonly stepsPerSecond: number;
  readonly updatesPerSecond: number;
  readonly staleness: number;
  readonly nats: number;
  /** Master with its threads. */
  readonly master: number;
  readonly relay: number;
  /** Threads of the worker process. */
  readonly rollout: number;
  /** Time in which a core had nothing to do: processes and threads that wait for one another to wake up. */
  readonly idle: number;
  /** Received by NATS, from workers and master. */
  readonly bytes: number;
  /** Cores that no other program used meanwhile. */
  readonly cores: number;
}

interface Sample {
  readonly seconds: number;
  readonly steps: number;
  readonly updates: number;
  readonly times: readonly number[];
  readonly carried: number;
  readonly machine: { readonly busy: number; readonly total: number };
}

/** Measures `seconds` of a job, from its first second on. */
export async function measureJob(
  client: A3CClient,
  processes: MeasuredProcesses,
  { request, seconds }: { readonly request: JobRequest; readonly seconds: number },
): Promise<Measured> {
  const { id } = await client.createJob(request);
  while ((await client.getJob(id)).progress.steps === 0) await sleep(20);
  await sleep(1_000);
  const take = async (): Promise<Sample> => {
    const { progress } = await client.getJob(id);
    const { steps, updates, elapsedSeconds } = progress;
    const times = await readTimes(processes);
    return {
      seconds: elapsedSeconds,
      steps,
      updates,
      times,
      carried: await readCarried(processes.monitor),
      machine: await readMachine(),
    };
  };
  const first = await take();
  await sleep(seconds * 1_000);
  const last = await take();
  const { staleness } = await client.getJob(id);
  await client.cancelJob(id);
  await client.waitFor(id);
  const updates = last.updates - first.updates;
  const elapsed = last.seconds - first.seconds;
  const [nats = 0, master = 0, worker = 0, relay = 0, server = 0] = last.times.map(
    (time, index) => time - (first.times[index] ?? 0),
  );
  const total = last.machine.total - first.machine.total;
  const others = last.machine.busy - first.machine.busy - (nats + master + worker + server) * ticksPerSecond;
  const { length: cores } = (await readFile('/proc/stat', 'utf8')).match(/^cpu\d/gm) ?? [];
  return {
    stepsPerSecond: (last.steps - first.steps) / elapsed,
    updatesPerSecond: updates / elapsed,
    staleness: staleness.mean,
    nats: nats / updates,
    master: master / updates,
    relay: relay / updates,
    rollout: (worker - relay) / updates,
    idle: (total - (last.machine.busy - first.machine.busy)) / ticksPerSecond / updates,
    bytes: (last.carried - first.carried) / updates,
    cores: (cores ?? 1) * (1 - Math.max(0, others) / total),
  };
}

const ticksPerSecond = 100;

/** Processor seconds of NATS, masters, the worker process, its main thread, and the server. */
async function readTimes({ nats, server, worker }: MeasuredProcesses): Promise<number[]> {
  const masters = (await listProcessTree(server)).slice(1);
  const times = await Promise.all(masters.map(async (id) => await readProcessorSeconds(id)));
  return [
    await readProcessorSeconds(nats),
    times.reduce((sum, time) => sum + time, 0),
    await readProcessorSeconds(worker),
    await readThreadSeconds(worker),
    await readProcessorSeconds(server),
  ];
}

/** Processor seconds of the main thread. */
async function readThreadSeconds(id: number): Promise<number> {
  const stat = await readFile(`/proc/${id}/task/${id}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
}

/** Bytes that NATS has received. */
async function readCarried(monitor: string): Promise<number> {
  const report: unknown = await (await fetch(`${monitor}/varz`)).json();
  return z.object({ in_bytes: z.number() }).parse(report).in_bytes;
}

async function readMachine(): Promise<{ busy: number; total: number }> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const fields = line.split(/\s+/).slice(1, 9).map(Number);
  const total = fields.reduce((sum, field) => sum + field, 0);
  return { busy: total - (fields[3] ?? 0) - (fields[4] ?? 0), total };
}
