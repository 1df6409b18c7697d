// The master's side of workers on other machines, with workers that say what a test wants, over a real nats-server.
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { RemoteWorker } from '../../../src/remote-worker/remote-worker.ts';
import { builtInEnvironments } from '../../../src/shared/environments/built-in-environments.ts';
import { EnvironmentRegistry } from '../../../src/shared/environments/registry.ts';
import { publishParameters, readParametersHeader } from '../../../src/shared/nats/parameters-message.ts';
import { claimSubject, seekSubject, workerSubject } from '../../../src/shared/nats/subjects.ts';
import { createParameterLayout } from '../../../src/shared/network/parameter-layout.ts';
import { viewGradient } from '../../../src/shared/protocol/gradient-buffer.ts';
import type { WorkerState } from '../../../src/shared/protocol/worker-state.ts';
import { ParameterBoard } from '../../../src/shared/transport/parameter-board.ts';
import { hasNatsServer, startNatsServer } from '../../fixtures/nats-server.ts';
import { connect, createGradient, network, shape, startHost } from '../../fixtures/remote-host.ts';
import { ScriptedRemoteWorker } from '../../fixtures/scripted-remote-worker.ts';

const state: WorkerState = { environments: [], algorithm: { noise: [1] } };
const patience = { timeout: 10_000, interval: 10 };
describe.skipIf(!hasNatsServer)('a master', { timeout: 60_000 }, () => {
  it('answers each gradient once it is applied, and one that is sent again is applied once', async () => {
    const nats = await startNatsServer();
    const { offer, heard, buffers, start } = await startHost(nats);
    const hosted = start(0);
    const worker = new ScriptedRemoteWorker(await connect(nats), offer);
    expect(await worker.takePlace()).toBeNull();
    await worker.waitForBegin();
    heard.length = 0;
    worker.link.sendGradient(createGradient(), shape);
    await vi.waitFor(() => expect(heard).toEqual([['gradient', 0]]), patience);
    // The answer is overdue: the worker sends the gradient again, and the master waits for its round.
    worker.clock.nowMs += 5_000;
    worker.link.beat({ hasBegun: true });
    worker.link.sendGradient(createGradient(), shape);
    await vi.waitFor(() => expect(heard).toHaveLength(2), patience);
    expect(worker.answers).toEqual([]);
    for (const buffer of buffers.splice(0)) hosted.returnBuffer(buffer);
    await vi.waitFor(() => expect(worker.answered).toEqual([1, 2]), patience);
    // Both were applied in one turn of the event loop, so one message answers them.
    const answers = [1, 2].map((number) => ({ worker: 0, incarnation: 0, number }));
    expect(worker.answers).toMatchObject([{ version: 7, answers }]);
    // These answers were lost: the gradients are answered again, but not applied.
    worker.clock.nowMs += 5_000;
    worker.link.beat({ hasBegun: true });
    await vi.waitFor(() => expect(worker.answered).toEqual([1, 2, 1, 2]), patience);
    expect(heard).toHaveLength(2);
    expect(worker.link.takeAnswer(1)).toEqual([createGradient()]);
    expect(worker.link.takeAnswer(1)).toEqual([]);
  });

  it('takes gradients as float16, and answers with parameters as float16', async () => {
    const nats = await startNatsServer();
    const { offer, board, buffers, start } = await startHost(nats, { remotePrecision: 'float16' });
    const { trainableSize } = createParameterLayout(network);
    // A number that float16 rounds, and statistics that travel whole.
    board.publish(
      Float32Array.from({ length: board.size }, () => 1 + 2 ** -20),
      8,
    );
    const hosted = start(0);
    const worker = new ScriptedRemoteWorker(await connect(nats), offer);
    await worker.takePlace();
    await worker.waitForBegin();
    const gradient = createGradient();
    viewGradient(gradient, shape).set([0.5, 1 + 2 ** -20, -3]);
    worker.link.sendGradient(gradient, shape, 'float16');
    await vi.waitFor(() => expect(buffers).toHaveLength(1), patience);
    const [arrived = new ArrayBuffer(0)] = buffers;
    expect([...viewGradient(arrived, shape)]).toEqual([0.5, 1, -3]);
    hosted.returnBuffer(arrived);
    await vi.waitFor(() => expect(worker.answered).toEqual([1]), patience);
    expect(worker.answers).toMatchObject([{ version: 8, halved: trainableSize }]);
    const copy = new ParameterBoard(board.size);
    const [bytes = new ArrayBuffer(0)] = worker.messages;
    publishParameters(bytes, readParametersHeader(bytes), copy);
    const parameters = new Float32Array(board.size);
    copy.read(parameters);
    expect([...parameters]).toEqual(
      Array.from(parameters, (_, index) => (index < trainableSize ? 1 : 1 + 2 ** -20)),
    );
    // Numbers that float16 cannot hold travel whole.
    board.publish(new Float32Array(board.size).fill(1e6), 9);
    viewGradient(gradient, shape).fill(1e6);
    worker.link.sendGradient(gradient, shape, 'float16');
    await vi.waitFor(() => expect(buffers).toHaveLength(2), patience);
    const [, whole = new ArrayBuffer(0)] = buffers;
    expect([...viewGradient(whole, shape)]).toEqual([1e6, 1e6, 1e6]);
    hosted.returnBuffer(whole);
    await vi.waitFor(() => expect(worker.answered).toEqual([1, 2]), patience);
    expect(worker.answers.at(-1)).toMatchObject({ version: 9, halved: 0 });
  });

  it('gives an assignment again that was lost on the way', async () => {
    const nats = await startNatsServer();
    const { offer, start } = await startHost(nats);
    start(0);
    const worker = new ScriptedRemoteWorker(await connect(nats), offer);
    await worker.takePlace();
    await worker.waitForBegin(1);
    worker.link.beat({ hasBegun: false });
    await worker.waitForBegin(2);
    worker.link.beat({ hasBegun: true });
    worker.link.sendGradient(createGradient(), shape);
    worker.link.beat({ hasBegun: false });
    await worker.waitForBegin(3);
    expect(worker.begins).toHaveLength(3);
  });

  it('takes a state once, and the worker sends it until the master has it', async () => {
    const nats = await startNatsServer();
    const { offer, heard, start } = await startHost(nats);
    start(0);
    const worker = new ScriptedRemoteWorker(await connect(nats), offer);
    await worker.takePlace();
    await worker.waitForBegin();
    heard.length = 0;
    worker.link.sendState(state);
    const taken = (): unknown[] => worker.controls.filter(({ type }) => type === 'stateTaken');
    await vi.waitFor(() => expect(taken()).toEqual([{ type: 'stateTaken', number: 1 }]), patience);
    // The acknowledgement was lost.
    worker.clock.nowMs += 5_000;
    worker.link.beat({ hasBegun: true });
    await vi.waitFor(() => expect(taken()).toHaveLength(2), patience);
    worker.link.noteStateTaken(1);
    worker.clock.nowMs += 5_000;
    worker.link.beat({ hasBegun: true });
    worker.link.sendState(state);
    await vi.waitFor(() => expect(taken()).toHaveLength(3), patience);
    expect(heard).toEqual([
      ['state', 0, state],
      ['state', 0, state],
    ]);
  });

  it('gives the place of a worker that is silent to another, and takes nothing more from the first', async () => {
    const nats = await startNatsServer();
    const { offer, heard, start } = await startHost(nats);
    const first = start(0);
    const connection = await connect(nats);
    const [silent, next] = [1, 2].map(() => new ScriptedRemoteWorker(connection, offer));
    if (!silent || !next) throw new Error('there are two');
    await silent.takePlace();
    expect(await next.takePlace()).toBe('the job has no place left');
    expect(await first.end).toMatchObject({ name: 'WorkerLostError', message: /was not heard for 6 s/ });
    start(0);
    heard.length = 0;
    silent.link.sendGradient(createGradient(), shape);
    await vi.waitFor(
      () => expect(silent.controls.filter(({ type }) => type === 'stop')).toHaveLength(2),
      patience,
    );
    expect(await next.takePlace()).toBeNull();
    await next.waitForBegin();
    expect(heard).toEqual([['presence', 0, true]]);
  });

  it('refuses damaged messages with a warning, and goes on', async () => {
    const nats = await startNatsServer();
    const { offer, heard, warnings, start } = await startHost(nats);
    start(0);
    const connection = await connect(nats);
    const worker = new ScriptedRemoteWorker(connection, offer);
    await worker.takePlace();
    await worker.waitForBegin();
    heard.length = 0;
    for (const kind of ['gradient', 'sum', 'state', 'ended', 'alive'] as const)
      connection.publish(workerSubject(offer, worker.claim, kind), Uint8Array.of(1, 2, 3));
    await vi.waitFor(() => expect(warnings).toEqual(Array<string>(5).fill('message refused')), patience);
    worker.link.sendGradient(createGradient(), shape);
    await vi.waitFor(() => expect(heard).toEqual([['gradient', 0]]), patience);
  });

  it('answers questions only at inboxes, as a master may write where a worker may not', async () => {
    const nats = await startNatsServer();
    const { offer, start } = await startHost(nats);
    start(0);
    const connection = await connect(nats);
    const answers: string[] = [];
    for (const subject of ['a3c.reports.job_1', '_INBOX.worker.1'])
      connection.subscribe(subject, { callback: () => void answers.push(subject) });
    const claim = JSON.stringify({
      claim: 'claim-of-nobody',
      relay: 'relay-of-nobody',
      programVersion: '1.0.0',
    });
    const seek = JSON.stringify({ jobId: null, unfit: [] });
    connection.publish(seekSubject, seek, { reply: 'a3c.reports.job_1' });
    connection.publish(claimSubject(offer), claim, { reply: 'a3c.reports.job_1' });
    connection.publish(claimSubject(offer), claim, { reply: '_INBOX.worker.1' });
    await vi.waitFor(() => expect(answers).toContain('_INBOX.worker.1'), patience);
    expect(answers).toEqual(['_INBOX.worker.1']);
  });

  it('refuses workers of another version by name', async () => {
    const nats = await startNatsServer();
    const { offer, start } = await startHost(nats);
    start(0);
    const worker = new ScriptedRemoteWorker(await connect(nats), offer);
    expect(await worker.takePlace('0.9.0')).toBe('the job trains with version 1.0.0, the worker has 0.9.0');
    expect(await worker.takePlace()).toBeNull();
  });

  it('lets workers of rounds begin together, or without those that have not come in time', async () => {
    const nats = await startNatsServer();
    const patient = await startHost(nats, { places: 2, isSynchronous: true });
    const connection = await connect(nats);
    for (const worker of [0, 1]) patient.start(worker);
    const [a, b] = [1, 2].map(() => new ScriptedRemoteWorker(connection, patient.offer));
    await a?.takePlace();
    a?.link.beat({ hasBegun: false });
    await connection.flush();
    expect(a?.begins).toEqual([]);
    await b?.takePlace();
    await Promise.all([a?.waitForBegin(), b?.waitForBegin()]);
    expect(patient.heard).toEqual([
      ['presence', 0, true],
      ['presence', 1, true],
    ]);

    const hasty = await startHost(nats, { jobId: 'job_2', places: 2, isSynchronous: true, gatherMs: 0 });
    for (const worker of [0, 1]) hasty.start(worker);
    const early = new ScriptedRemoteWorker(connection, hasty.offer);
    await early.takePlace();
    await early.waitForBegin();
    expect(hasty.heard).toEqual([
      ['presence', 1, false],
      ['presence', 0, true],
    ]);
    // One that comes later waits until the others begin a rollout.
    const late = new ScriptedRemoteWorker(connection, hasty.offer);
    await late.takePlace();
    await connection.flush();
    expect(late.begins).toEqual([]);
    hasty.host.admit();
    await late.waitForBegin();
  });
});

describe.skipIf(!hasNatsServer)('a worker', { timeout: 60_000 }, () => {
  it('passes over jobs that it does not fit, so that they do not hide the others', async () => {
    const nats = await startNatsServer();
    const reasons: unknown[] = [];
    const log = Object.assign(pino({ level: 'silent' }), {
      warn: (fields: object) => reasons.push(fields),
    });
    const foreign = await startHost(nats, { jobId: 'job_foreign', environment: 'Foreign-v0' });
    foreign.start(0);
    const worker = new RemoteWorker({
      connection: await connect(nats),
      slots: 1,
      jobId: null,
      programVersion: '1.0.0',
      environments: new EnvironmentRegistry(builtInEnvironments),
      log,
    });
    const run = worker.run();
    await vi.waitFor(() => expect(reasons).toHaveLength(1), patience);
    // From now on, both masters hear each search.
    const own = await startHost(nats, { jobId: 'job_own' });
    const hosted = own.start(0);
    await vi.waitFor(() => expect(own.heard).toContainEqual(['presence', 0, true]), patience);
    expect(reasons).toEqual([
      {
        jobId: 'job_foreign',
        reason: 'this machine has no environment Foreign-v0; name its module with --environments',
      },
    ]);
    worker.stop();
    await run;
    expect(await hosted.end).toBeInstanceOf(Error);
  });

  it('of another version says so, and takes no place', async () => {
    const nats = await startNatsServer();
    const { heard, start } = await startHost(nats);
    start(0);
    const reasons: unknown[] = [];
    const log = Object.assign(pino({ level: 'silent' }), { warn: (fields: object) => reasons.push(fields) });
    const worker = new RemoteWorker({
      connection: await connect(nats),
      slots: 1,
      jobId: null,
      programVersion: '0.9.0',
      environments: new EnvironmentRegistry(builtInEnvironments),
      log,
    });
    const run = worker.run();
    const reason = 'the job trains with version 1.0.0, this worker has 0.9.0';
    await vi.waitFor(() => expect(reasons).toEqual([{ jobId: 'job_1', reason }]), patience);
    worker.stop();
    await run;
    expect(heard).toEqual([['presence', 0, false]]);
  });
});
