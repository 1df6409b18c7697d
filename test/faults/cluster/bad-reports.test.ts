// Reports, trainers and streams that are not as they should be.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiscardPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { describe, expect, it, vi } from 'vitest';
import { connectNats } from '../../../src/shared/nats/connect-nats.ts';
import {
  jobSubject,
  reportsStream,
  reportSubject,
  trainerSubject,
} from '../../../src/trainer/cluster/names.ts';
import { expectOneSuccess } from '../../fixtures/killed-trainers.ts';
import { A3CClient } from '../../../src/client.ts';
import { hasNatsServer, startNatsServer } from '../../fixtures/nats-server.ts';
import { openTestServer, patience, startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { startTrainerProcess } from '../../fixtures/worker-process.ts';

describe.skipIf(!hasNatsServer)('a server in a cluster', { timeout: 120_000 }, () => {
  it('passes over reports that cannot be read or are of nobody, and counts them', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address, train: false });
    const { id } = await server.postJob('job', { stop: { maxSteps: 2_000, targetReward: null } });
    const connection = await connectNats({ servers: nats.address, name: 'stranger' });
    const stream = jetstream(connection);
    await vi.waitFor(
      () => jetstreamManager(connection).then((manager) => manager.streams.info(reportsStream)),
      patience,
    );
    const report = {
      epoch: 9,
      trainer: 'stranger',
      number: 1,
      entries: [{ type: 'crashed', code: 'X', message: 'no' }],
    };
    await stream.publish(reportSubject(id), 'no JSON');
    await stream.publish(reportSubject(id), '{"epoch": "first"}');
    await stream.publish(reportSubject('no_job'), JSON.stringify(report));
    await stream.publish(reportSubject('job_00000000000000000000'), JSON.stringify(report));
    await vi.waitFor(async () => {
      expect(await (await server.get('/metrics')).text()).toMatch(/^a3c_reports_refused_total 4$/m);
    }, patience);
    // A crash of a job that nobody has: it stays in the queue.
    await stream.publish(reportSubject(id), JSON.stringify(report));
    startTrainerProcess(nats.address);
    await server.waitFor(id, 'succeeded');
    expect(await (await server.get('/metrics')).text()).toMatch(/^a3c_nats_connected 1$/m);
    await connection.close();
  });

  it('loses nothing when the stream of reports was full, because it was away', async () => {
    const nats = await startNatsServer();
    const connection = await connectNats({ servers: nats.address, name: 'operator' });
    const { streams } = await jetstreamManager(connection);
    const subjects = ['a3c.reports.*'];
    await streams.add({ name: reportsStream, subjects, discard: DiscardPolicy.New, max_bytes: 600_000 });
    const data = createTemporaryDirectory();
    const first = await openTestServer({ nats: nats.address, train: false, data });
    const maxSteps = 1_000_000;
    const { id } = await first.postJob('job', { stop: { maxSteps, targetReward: null } });
    await first.close();
    // Leaves room for few reports. Many small ones: at its limit, nats-server (2.9) sometimes removes the oldest message.
    for (let count = 0; count < 58; count += 1)
      await jetstream(connection).publish(reportSubject('stranger'), new Uint8Array(10_000));
    const trainer = startTrainerProcess(nats.address);
    await trainer.waitForLog('maximum bytes exceeded');
    const second = await startTestServer({ nats: nats.address, train: false, data });
    await second.waitFor(id, 'succeeded');
    await expectOneSuccess(new A3CClient({ url: second.url }), id, maxSteps);
    await connection.close();
  });

  it('has jobs trained by trainers with the same environment only', async () => {
    const nats = await startNatsServer();
    const [here, there] = [createTemporaryDirectory(), createTemporaryDirectory()];
    const source = join(import.meta.dirname, '../../../examples/custom-environment.ts');
    for (const directory of [here, there]) copyFileSync(source, join(directory, 'environment.ts'));
    writeFileSync(join(there, 'environment.ts'), `${readFileSync(source, 'utf8')}\n// other rules\n`);
    const server = await startTestServer({ nats: nats.address, train: false, environments: [here] });
    const environment = 'Corridor-v0';
    const { id } = await server.postJob('own', {
      environment,
      workers: 1,
      stop: { maxSteps: 2_000, targetReward: null },
    });
    const without = startTrainerProcess(nats.address);
    await without.waitForLog(`this machine has no environment ${environment}`);
    const other = startTrainerProcess(nats.address, ['--environments', there]);
    await other.waitForLog(`the module of ${environment} is not the same as the server's`);
    expect((await server.readJob(id)).state).toBe('queued');
    startTrainerProcess(nats.address, ['--environments', here]);
    await server.waitFor(id, 'succeeded');
  });
});

describe.skipIf(!hasNatsServer)('a trainer beside strangers', { timeout: 60_000 }, () => {
  it('outlives questions and jobs that are none', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address, train: false });
    const trainer = startTrainerProcess(nats.address);
    await trainer.waitForLog('trainer waits for jobs');
    const [, name = ''] = /"trainer":"([^"]+)"/.exec(trainer.log()) ?? [];
    const connection = await connectNats({ servers: nats.address, name: 'stranger' });
    for (const question of ['no JSON', '{"jobId": 1}', '']) {
      const answer = await connection.request(trainerSubject(name), question, { timeout: 5_000 });
      expect(answer.json()).toBe(false);
    }
    await jetstream(connection).publish(jobSubject('a/b'), '');
    await trainer.waitForLog('names no job, and is dropped');
    await jetstream(connection).publish(jobSubject('job_00000000000000000000'), '');
    const { id } = await server.postJob('job', { stop: { maxSteps: 2_000, targetReward: null } });
    await server.waitFor(id, 'succeeded');
    await connection.close();
  });

  it('leaves nothing in NATS of a job that has ended but its records', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address, train: false });
    startTrainerProcess(nats.address);
    const connection = await connectNats({ servers: nats.address, name: 'operator' });
    const { streams } = await jetstreamManager(connection);
    const count = async (stream: string): Promise<number> => (await streams.info(stream)).state.messages;
    const { id } = await server.postJob('job', {
      checkpoint: { everySeconds: 1 },
      optimizer: { schedule: 'constant' },
      stop: { maxSteps: null, maxSeconds: 6, targetReward: null },
    });
    await server.waitFor(id, 'succeeded');
    await vi.waitFor(async () => {
      expect([await count('OBJ_a3c_artifacts'), await count('A3C_JOBS')]).toEqual([0, 0]);
    }, patience);
    // The last report stays: the next one must follow it.
    await vi.waitFor(async () => expect(await count(reportsStream)).toBe(1), patience);
    expect((await server.remove(`/jobs/${id}`)).status).toBe(204);
    await vi.waitFor(async () => expect(await count(reportsStream)).toBe(0), patience);
    await connection.close();
  });
});

describe('a server that does not train', () => {
  it('is refused without NATS', async () => {
    await expect(startTestServer({ train: false })).rejects.toThrow(
      /train: without --nats nobody else can train/,
    );
  });
});

describe('a trainer', () => {
  it('says what it needs, in one line', async () => {
    const away = startTrainerProcess('nats://127.0.0.1:9', ['--nats-required']);
    expect(await away.exited).toBe(1);
    expect(away.log()).toMatch(/^error: cannot connect to NATS at 127\.0\.0\.1:9: connection refused$/m);
    const waiting = startTrainerProcess('nats://127.0.0.1:9');
    await waiting.waitForLog('nextAttemptInSeconds');
    waiting.signal('SIGTERM');
    expect(await waiting.exited).not.toBeNull();
  });
});
