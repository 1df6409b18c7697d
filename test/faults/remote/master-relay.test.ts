// The relay of a process with remote workers: one board, gradients that travel together, and answers for each worker.
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MasterLink } from '../../../src/remote-worker/master-link.ts';
import { MasterRelay } from '../../../src/remote-worker/master-relay.ts';
import { connectNats } from '../../../src/shared/nats/connect-nats.ts';
import { splitFrames } from '../../../src/shared/nats/frames.ts';
import {
  encodeParameters,
  type GradientAnswer,
  type StateRequest,
} from '../../../src/shared/nats/parameters-message.ts';
import { allWorkersSubject, masterSubject } from '../../../src/shared/nats/subjects.ts';
import { createGradientBuffer } from '../../../src/shared/protocol/gradient-buffer.ts';
import { ParameterBoard } from '../../../src/shared/transport/parameter-board.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';
import { hasNatsServer, startNatsServer } from '../../fixtures/nats-server.ts';

const patience = { timeout: 10_000, interval: 5 };
const master = { jobId: 'job_1', epoch: 1 };
const shape = { parameters: 2, episodes: 1, moments: 0 };

async function startRelay({ isSynchronous = false }: { isSynchronous?: boolean } = {}) {
  const nats = await startNatsServer();
  const connection = await connectNats({ servers: nats.address, name: 'test' });
  onTestFinished(() => connection.close());
  /** Claims of the gradients that arrived, in their order. */
  const arrived: string[] = [];
  connection.subscribe(allWorkersSubject(master), {
    callback: (_error, { subject }) => {
      arrived.push(subject.split('.').at(-2) ?? '');
    },
  });
  const relay = new MasterRelay(connection, pino({ level: 'silent' }));
  onTestFinished(() => {
    relay.close();
  });
  const source = new ParameterBoard(2);
  source.publish(Float32Array.of(1, 2), 1);
  const join = (worker: number, incarnation: number, claim: string) => {
    const returned: ArrayBuffer[] = [];
    const requests: StateRequest[] = [];
    const member = {
      assignment: {
        origin: { ...master, worker, incarnation },
        spec: exampleSpec,
        isSynchronous,
        buffers: 4,
        shape,
      },
      link: new MasterLink({ connection, master, claim }),
      returnBuffer: (buffer: ArrayBuffer) => returned.push(buffer),
      takeRequest: (request: StateRequest) => requests.push(request),
      noteHeard: () => undefined,
    };
    relay.join(member);
    const send = (count: number): void => {
      for (let sent = 0; sent < count; sent += 1)
        relay.sendGradient(member, createGradientBuffer(shape, member.assignment.origin));
    };
    return { member, returned, requests, send };
  };
  const board = relay.openBoard(2, encodeParameters(source, { request: { number: 0, version: 0 } }).buffer);
  const answer = (answers: GradientAnswer[]): void => {
    const message = encodeParameters(source, { request: { number: 1, version: 3 }, answers });
    for (const frame of splitFrames(0, message))
      connection.publish(masterSubject(relay.id, 'parameters'), frame);
  };
  await connection.flush();
  return { relay, board, source, arrived, join, answer };
}

describe.skipIf(!hasNatsServer)('a relay', { timeout: 60_000 }, () => {
  it('gives every worker the newest parameters, and each its own buffers', async () => {
    const { board, source, arrived, join, answer } = await startRelay();
    const [a, b, earlier] = [join(0, 0, 'claim-a'), join(1, 0, 'claim-b'), join(0, 7, 'claim-c')];
    for (const worker of [a, b, earlier]) worker.send(2);
    await vi.waitFor(() => expect(arrived).toHaveLength(6), patience);
    source.publish(Float32Array.of(3, 4), 2);
    answer([
      { worker: 0, incarnation: 0, number: 1 },
      { worker: 1, incarnation: 0, number: 1 },
      { worker: 1, incarnation: 0, number: 2 },
      { worker: 1, incarnation: 0, number: 2 },
    ]);
    await vi.waitFor(() => expect(board.version).toBe(2), patience);
    expect([a, b, earlier].map(({ returned }) => returned.length)).toEqual([1, 2, 0]);
    expect(a.requests).toEqual([{ number: 1, version: 3 }]);
    const parameters = new Float32Array(2);
    board.read(parameters);
    expect([...parameters]).toEqual([3, 4]);
    // Parameters that come too late do not replace newer ones.
    source.publish(Float32Array.of(5, 6), 1);
    answer([{ worker: 0, incarnation: 0, number: 2 }]);
    await vi.waitFor(() => expect(a.returned).toHaveLength(2), patience);
    expect(board.version).toBe(2);
  });

  it('sends gradients together, when they are half of all buffers or have waited', async () => {
    const { arrived, join } = await startRelay();
    const [a, b] = [join(0, 0, 'claim-a'), join(1, 0, 'claim-b')];
    a.send(1);
    b.send(2);
    expect(arrived).toEqual([]);
    await vi.waitFor(() => expect(arrived).toEqual(['claim-a', 'claim-b', 'claim-b']), patience);
  });

  it('sends nothing more of a worker that has left', async () => {
    const { relay, arrived, join } = await startRelay();
    const [a, b] = [join(0, 0, 'claim-a'), join(1, 0, 'claim-b')];
    a.send(1);
    b.send(1);
    relay.leave(a.member);
    await vi.waitFor(() => expect(arrived).toEqual(['claim-b']), patience);
    b.send(1);
    await vi.waitFor(() => expect(arrived).toEqual(['claim-b', 'claim-b']), patience);
  });

  it('passes on the gradients of rounds', async () => {
    const { arrived, join } = await startRelay({ isSynchronous: true });
    join(0, 0, 'claim-a').send(1);
    await vi.waitFor(() => expect(arrived).toEqual(['claim-a']), patience);
  });
});
