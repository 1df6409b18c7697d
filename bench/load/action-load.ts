// Requests for actions: over connections that stay open, and over WebSockets.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { WebSocket } from 'ws';
import { Random } from '../../src/shared/random/random.ts';

export interface ActionLoad {
  /** Address of the job. */
  readonly url: string;
  /** Observations in each request. */
  readonly rows: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second; as many as possible without it. */
  readonly perSecond?: number;
}

export interface AnsweredLoad {
  readonly answersPerSecond: number;
  /** Milliseconds of each. */
  readonly latencies: readonly number[];
  /** Answers that were errors, or missing. */
  readonly failures: number;
}

/** A request with observations of CartPole. */
export function createRequest(rows: number, id?: number): string {
  const random = Random.fromSeed(rows);
  const observations = Array.from({ length: rows }, () =>
    Array.from({ length: 4 }, () => Math.fround(random.nextUniform(-0.2, 0.2))),
  );
  return JSON.stringify({ ...(id !== undefined && { id }), observations });
}

/** Posts requests over connections that stay open. */
export async function postActions(load: ActionLoad): Promise<AnsweredLoad> {
  const latencies: number[] = [];
  const cannon = autocannon({
    url: `${load.url}/actions`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: createRequest(load.rows),
    connections: load.connections,
    duration: load.seconds,
    ...(load.perSecond !== undefined && { overallRate: load.perSecond }),
  });
  cannon.on('response', (...[, , , milliseconds]) => latencies.push(milliseconds));
  const result = await cannon;
  return {
    answersPerSecond: result['2xx'] / result.duration,
    latencies,
    failures: result.non2xx + result.errors + result.timeouts,
  };
}

/** Messages that a connection waits for at a time. */
const openMessages = 8;

/** Sends messages over WebSockets, each a new one when another is answered. */
export async function sendActions({ url, rows, connections, seconds }: ActionLoad): Promise<AnsweredLoad> {
  const request = createRequest(rows, 1);
  let answers = 0;
  let failures = 0;
  const sockets = Array.from(
    { length: connections },
    () => new WebSocket(`${url.replace('http', 'ws')}/actions`),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  const startedMs = performance.now();
  for (const socket of sockets) {
    socket.on('message', (data) => {
      answers += 1;
      // The first field after the id tells.
      if (!(data instanceof Buffer && data.toString().startsWith('{"id":1,"actions"'))) failures += 1;
      socket.send(request);
    });
    for (let count = 0; count < openMessages; count += 1) socket.send(request);
  }
  await sleep(seconds * 1000);
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  const counted = answers;
  for (const socket of sockets) socket.terminate();
  return { answersPerSecond: counted / elapsedSeconds, latencies: [], failures };
}
