// A server, a trainer and a worker over the example configuration of NATS in deploy/nats, each with its own user.
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { PermissionViolationError, type NatsConnection } from '@nats-io/transport-node';
import { describe, expect, it, vi } from 'vitest';
import { A3CClient } from '../../../src/client.ts';
import { claimSubject } from '../../../src/shared/nats/subjects.ts';
import { hasNatsServer } from '../../fixtures/nats-server.ts';
import { hasOpenssl, startSecuredNatsServer, type NatsUser } from '../../fixtures/secured-nats-server.ts';
import {
  startServerProcess,
  startTrainerProcess,
  startWorkerProcess,
} from '../../fixtures/worker-process.ts';
import { patience } from '../../fixtures/running-server.ts';

/** Says whether NATS refuses to let a user write to a subject. */
async function isRefused(connection: NatsConnection, subject: string): Promise<boolean> {
  const errors = connection.status();
  connection.publish(subject, 'forged');
  await connection.flush();
  const refusal = (async () => {
    for await (const status of errors)
      if (status.type === 'error' && status.error instanceof PermissionViolationError) return status.error;
    return null;
  })();
  const found = await Promise.race([refusal, sleep(200, null)]);
  return found?.operation === 'publish' && found.subject === subject;
}

describe.skipIf(!hasNatsServer || !hasOpenssl)('NATS with TLS and users', { timeout: 180_000 }, () => {
  it('carries a job of a server, a trainer and a worker, and tells nobody their passwords', async () => {
    const nats = await startSecuredNatsServer();
    const trust = { NODE_EXTRA_CA_CERTS: nats.authorityFile };
    const trainer = startTrainerProcess(nats.address('trainer'), [], { variables: trust });
    await trainer.waitForLog('start the server first');
    const server = await startServerProcess(nats.address('server'), ['--no-train', '--log-level', 'trace'], {
      variables: trust,
    });
    const worker = startWorkerProcess(nats.address('worker'), ['--slots', '1'], { variables: trust });
    const client = new A3CClient({ url: server.url });
    const { id } = await client.createJob({
      environment: 'CartPole-v1',
      // Waits for the remote worker before it starts.
      algorithm: 'a2c',
      seed: 1,
      workers: 2,
      remoteWorkers: 1,
      stop: { maxSteps: 100_000, targetReward: null },
    });
    await worker.waitForLog('"msg":"works for a job"');
    await vi.waitFor(async () => expect(await client.getJob(id)).toMatchObject({ state: 'succeeded' }), {
      timeout: 120_000,
      interval: 100,
    });
    expect((await client.getJob(id)).workerRestarts).toBe(0);
    expect((await client.getModel(id, 'latest')).card).toBeDefined();
    expect(nats.log()).not.toMatch(/permissions violation/i);
    const texts = {
      nats: nats.log(),
      server: server.log(),
      trainer: trainer.log(),
      worker: worker.log(),
      metrics: await (await fetch(`${server.url}/metrics`)).text(),
      job: await (await fetch(`${server.url}/jobs/${id}`)).text(),
    };
    for (const [name, text] of Object.entries(texts)) {
      expect(text.length, name).toBeGreaterThan(100);
      for (const password of nats.passwords) expect(text, name).not.toContain(password);
    }
  });

  it('carries a job that the server trains itself', async () => {
    const nats = await startSecuredNatsServer();
    const trust = { NODE_EXTRA_CA_CERTS: nats.authorityFile };
    const server = await startServerProcess(nats.address('server'), [], { variables: trust });
    const client = new A3CClient({ url: server.url });
    const stop = { maxSteps: 20_000, targetReward: null };
    const { id } = await client.createJob({ environment: 'CartPole-v1', seed: 1, workers: 1, stop });
    await vi.waitFor(async () => expect(await client.getJob(id)).toMatchObject({ state: 'succeeded' }), {
      timeout: 60_000,
      interval: 100,
    });
    await client.deleteJob(id);
    expect(nats.log()).not.toMatch(/permissions violation/i);
  });

  it('lets a worker write neither jobs, orders, claims, reports nor models', async () => {
    const nats = await startSecuredNatsServer();
    const worker = await nats.connect('worker');
    for (const subject of [
      'a3c.jobs.job_1',
      'a3c.reports.job_1',
      '$KV.a3c_records.order.job_1',
      '$KV.a3c_records.claim.job_1',
      '$O.a3c_artifacts.C.1',
      'a3c.trainer.somebody',
      'a3c.worker.somebody.control',
      '_INBOX.trainer.1',
      '$JS.API.STREAM.DELETE.A3C_JOBS',
    ])
      expect(await isRefused(worker, subject), subject).toBe(true);
    await expect(jetstreamManager(worker)).rejects.toThrow('ermissions');
    // It may write what a worker must.
    expect(await isRefused(worker, claimSubject({ jobId: 'job_1', epoch: 1 }))).toBe(false);
  });

  it('lets a trainer write no orders and no jobs, and create no streams', async () => {
    const nats = await startSecuredNatsServer();
    const trainer = await nats.connect('trainer');
    for (const subject of [
      'a3c.jobs.job_1',
      '$KV.a3c_records.order.job_1',
      '$JS.API.STREAM.CREATE.A3C_JOBS',
      '$JS.API.STREAM.DELETE.A3C_REPORTS',
      '$JS.API.STREAM.PURGE.A3C_REPORTS',
      '$JS.API.STREAM.UPDATE.KV_a3c_records',
    ])
      expect(await isRefused(trainer, subject), subject).toBe(true);
    expect(await isRefused(trainer, '$KV.a3c_records.claim.job_1')).toBe(false);
  });

  it.each([
    ['trainer', 'worker'],
    ['worker', 'trainer'],
    ['worker', 'server'],
  ] as const)('lets a %s not read the answers to a %s', async (reader, other) => {
    const nats = await startSecuredNatsServer();
    const connection = await nats.connect(reader satisfies NatsUser);
    const errors: unknown[] = [];
    connection.subscribe(`_INBOX.${other}.>`, { callback: (error) => void errors.push(error) });
    await connection.flush();
    await vi.waitFor(() => expect(errors).toEqual([expect.any(PermissionViolationError)]), patience);
  });

  it('tells who has the user of another program what is wrong', async () => {
    const nats = await startSecuredNatsServer();
    const flags = ['--nats-required'];
    const trust = { NODE_EXTRA_CA_CERTS: nats.authorityFile };
    const trainer = startTrainerProcess(nats.address('worker'), flags, { variables: trust });
    expect(await trainer.exited).toBe(1);
    expect(trainer.log()).toContain('NATS refuses this user');
  });

  it('is not trusted by a program that reaches it under another name', async () => {
    const nats = await startSecuredNatsServer();
    const address = nats.address('worker').replace('127.0.0.1', 'localhost');
    const trust = { NODE_EXTRA_CA_CERTS: nats.authorityFile };
    const worker = startWorkerProcess(address, ['--nats-required'], { variables: trust });
    expect(await worker.exited).toBe(1);
    expect(worker.log()).toContain("does not match certificate's altnames");
    expect(nats.log()).not.toContain('CONNECT {');
  });

  it('is not trusted by a program that does not know its authority', async () => {
    const nats = await startSecuredNatsServer();
    const worker = startWorkerProcess(nats.address('worker'), ['--nats-required']);
    expect(await worker.exited).toBe(1);
    expect(worker.log()).toContain('unable to verify the first certificate');
    expect(nats.log()).not.toContain('CONNECT {');
  });
});
