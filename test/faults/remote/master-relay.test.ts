// The relay of a process with remote workers: one board, gradients that travel together, and answers for each worker.
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MasterLink } from '../../../src/remote-worker/master-link.ts';
import { MasterRelay } from '../../../src/remote-worker/master-relay.ts';
import { connectNats } from '../../../src/shared/nats/connect-nats.ts';
import { FrameAssembler, splitFrames } from '../../../src/shared/nats/frames.ts';
import {
  encodeParameters,
  type GradientAnswer,
  type StateRequest,
} from '../../../src/shared/nats/parameters-message.ts';
import { allWorkersSubject, masterSubject } from '../../../src/shared/nats/subjects.ts';
import { unpackSum } from '../../../src/shared/nats/gradient-sum.ts';
import { createEmptyMetrics, workerPhases } from '../../../src/shared/measures/measures.ts';
import {
  createGradientBuffer,
  readGradientHeader,
  viewGradient,
  writeGradientHeader,
  type GradientHeader,
} from '../../../src/shared/protocol/gradient-buffer.ts';
import { ParameterBoard } from '../../../src/shared/transport/parameter-board.ts';
import { exampleSpec } from '../../fixtures/example-job.ts';
import { hasNatsServer, startNatsServer } from '../../fixtures/nats-server.ts';

const patience = { timeout: 10_000, interval: 5 };
const master = { jobId: 'job_1', epoch: 1 };
const shape = { parameters: 2, episodes: 1, moments: 0 };

async function startRelay({
  isSynchronous = false,
  sumRemoteGradients = false,
}: { isSynchronous?: boolean; sumRemoteGradients?: boolean } = {}) {
  const nats = await startNatsServer();
  const connection = await connectNats({ servers: nats.address, name: 'test' });
  onTestFinished(() => connection.close());
  /** Claims of the gradients that arrived, in their order. */
  const arrived: string[] = [];
  const messages: { readonly kind: string; readonly bytes: ArrayBuffer }[] = [];
  connection.subscribe(allWorkersSubject(master), {
    callback: (_error, { subject, data }) => {
      const [claim = '', kind = ''] = subject.split('.').slice(-2);
      arrived.push(claim);
      messages.push({ kind, bytes: new FrameAssembler().take(data)?.bytes ?? new ArrayBuffer(0) });
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
        spec: { ...exampleSpec, sumRemoteGradients },
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
      for (let sent = 0; sent < count; sent += 1) sendGradient({ parameterVersion: 1 });
    };
    /** Sends a gradient of ones. */
    const sendGradient = (header: Partial<GradientHeader>): ArrayBuffer => {
      const buffer = createGradientBuffer(shape, member.assignment.origin);
      const whole: GradientHeader = { parameterVersion: 1, steps: 8, episodes: 0, coverage: 'everything' };
      const measurements = {
        metrics: createEmptyMetrics(),
        phaseTimes: new Float64Array(workerPhases.length),
      };
      writeGradientHeader(buffer, { ...whole, ...header }, measurements);
      viewGradient(buffer, shape).fill(1);
      relay.sendGradient(member, buffer);
      return buffer;
    };
    return { member, returned, requests, send, sendGradient };
  };
  const board = relay.openBoard(2, encodeParameters(source, { request: { number: 0, version: 0 } }).buffer);
  const answer = (answers: GradientAnswer[]): void => {
    const message = encodeParameters(source, { request: { number: 1, version: 3 }, answers });
    for (const frame of splitFrames(0, message))
      connection.publish(masterSubject(relay.id, 'parameters'), frame);
  };
  await connection.flush();
  return { relay, board, source, arrived, messages, join, answer };
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

  it('adds up gradients if the job wants it, in the name of the oldest', async () => {
    const { arrived, messages, join, answer } = await startRelay({ sumRemoteGradients: true });
    const [a, b] = [join(0, 0, 'claim-a'), join(1, 0, 'claim-b')];
    a.sendGradient({ parameterVersion: 5 });
    b.sendGradient({ parameterVersion: 4 });
    a.sendGradient({ parameterVersion: 6 });
    b.sendGradient({ coverage: 'nothing' });
    // The sum would move the actor too.
    a.sendGradient({ coverage: 'critic' });
    await vi.waitFor(() => expect(arrived).toHaveLength(3), patience);
    expect(messages.map(({ kind }, index) => `${arrived[index]} ${kind}`)).toEqual([
      'claim-b sum',
      'claim-b gradient',
      'claim-a gradient',
    ]);
    const [{ bytes } = { bytes: new ArrayBuffer(0) }] = messages;
    const { sum, others } = unpackSum(bytes, { shape, allocate: (size) => new ArrayBuffer(size) });
    expect([...viewGradient(sum, shape)]).toEqual([3, 3]);
    expect([sum, ...others].map((buffer) => readGradientHeader(buffer))).toMatchObject([
      { parameterVersion: 4, steps: 8, coverage: 'everything' },
      { parameterVersion: 5, steps: 8, coverage: 'elsewhere' },
      { parameterVersion: 6, steps: 8, coverage: 'elsewhere' },
    ]);
    // One answer gives all buffers back, each to its worker.
    answer([{ worker: 1, incarnation: 0, number: 1 }]);
    await vi.waitFor(() => expect([a.returned.length, b.returned.length]).toEqual([2, 1]), patience);
  });

  it('adds no gradient that is not finite, for which the master would refuse the whole sum', async () => {
    const { arrived, messages, join } = await startRelay({ sumRemoteGradients: true });
    const [a, b, c] = [join(0, 0, 'claim-a'), join(1, 0, 'claim-b'), join(2, 0, 'claim-c')];
    for (const [worker, element] of [
      [a, Number.NaN],
      [b, -Infinity],
    ] as const)
      viewGradient(worker.sendGradient({ parameterVersion: 1 }), shape)[1] = element;
    b.sendGradient({ parameterVersion: 2 });
    c.sendGradient({ parameterVersion: 3 });
    await vi.waitFor(() => expect(arrived).toHaveLength(3), patience);
    expect(messages.map(({ kind }, index) => `${arrived[index]} ${kind}`)).toEqual([
      'claim-b sum',
      'claim-a gradient',
      'claim-b gradient',
    ]);
    const [{ bytes } = { bytes: new ArrayBuffer(0) }] = messages;
    const { sum } = unpackSum(bytes, { shape, allocate: (size) => new ArrayBuffer(size) });
    expect([...viewGradient(sum, shape)]).toEqual([2, 2]);
  });

  it('gives buffers back whose sum was sent by a worker that has left', async () => {
    const { relay, arrived, join, answer } = await startRelay({ sumRemoteGradients: true });
    const [a, b, c] = [join(0, 0, 'claim-a'), join(1, 0, 'claim-b'), join(2, 0, 'claim-c')];
    a.sendGradient({ parameterVersion: 4 });
    const lent = b.sendGradient({ parameterVersion: 5 });
    c.sendGradient({ parameterVersion: 6 });
    await vi.waitFor(() => expect(arrived).toEqual(['claim-a']), patience);
    relay.leave(c.member);
    relay.leave(a.member);
    expect([a, b, c].map(({ returned }) => returned)).toEqual([[], [lent], []]);
    answer([{ worker: 0, incarnation: 0, number: 1 }]);
    b.send(1);
    await vi.waitFor(() => expect(arrived).toEqual(['claim-a', 'claim-b']), patience);
    expect(b.returned).toEqual([lent]);
  });

  it('passes on the gradients of rounds', async () => {
    const { arrived, messages, join } = await startRelay({ isSynchronous: true, sumRemoteGradients: true });
    join(0, 0, 'claim-a').send(2);
    await vi.waitFor(() => expect(arrived).toEqual(['claim-a', 'claim-a']), patience);
    expect(messages.map(({ kind }) => kind)).toEqual(['gradient', 'gradient']);
  });
});
