// Workers on other machines: real nats-server, real processes of `a3c worker`, real masters.
import { copyFileSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { endless, expectProgress } from '../../fixtures/expect-progress.ts';
import { hasNatsServer, startNatsServer } from '../../fixtures/nats-server.ts';
import { patience, startTestServer } from '../../fixtures/running-server.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';
import { startWorkerProcess } from '../../fixtures/worker-process.ts';

describe.skipIf(!hasNatsServer)('a job with workers on other machines', { timeout: 120_000 }, () => {
  it('learns while workers are killed and others join', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address }, 'real');
    const start = () => startWorkerProcess(nats.address, ['--slots', '1']);
    const first = [start(), start(), start(), start()];
    const { id } = await server.postJob('elastic', {
      algorithm: 'a3c',
      workers: 4,
      remoteWorkers: 4,
      seed: 1,
      ...endless,
      evaluation: { episodes: 20, everySteps: 100_000 },
    });
    await Promise.all(first.map((worker) => worker.waitForLog('works for a job')));
    await expectProgress(server, id);
    for (const worker of first.slice(0, 2)) worker.signal('SIGKILL');
    await expectProgress(server, id);
    await Promise.all([start(), start()].map((worker) => worker.waitForLog('works for a job')));
    await vi.waitFor(async () => {
      const job = await server.readJob(id);
      expect(job.workerRestarts).toBe(2);
      expect(job.reward.best).toBeGreaterThanOrEqual(475);
    }, patience);
    expect((await server.readJob(id)).error).toBeNull();
  });

  it('learns with numbers of half the size, and refuses old gradients', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address }, 'real');
    const worker = startWorkerProcess(nats.address, ['--slots', '2']);
    const { id } = await server.postJob('halved', {
      algorithm: 'a3c',
      workers: 2,
      remoteWorkers: 2,
      remotePrecision: 'float16',
      maxStaleness: 1,
      seed: 1,
      ...endless,
      evaluation: { episodes: 20, everySteps: 100_000 },
    });
    await worker.waitForLog('works for a job');
    await vi.waitFor(async () => {
      const { reward, staleness, staleGradients } = await server.readJob(id);
      expect(reward.best).toBeGreaterThanOrEqual(475);
      expect(staleGradients).toBeGreaterThan(0);
      expect(staleness.max).toBeLessThanOrEqual(1);
    }, patience);
  });

  it('learns from the sums of the gradients of each process, whose workers may be killed', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address }, 'real');
    const workers = [0, 1].map(() => startWorkerProcess(nats.address, ['--slots', '2']));
    const { id } = await server.postJob('summed', {
      algorithm: 'a3c',
      workers: 4,
      remoteWorkers: 4,
      sumRemoteGradients: true,
      seed: 1,
      ...endless,
      evaluation: { episodes: 20, everySteps: 100_000 },
    });
    await Promise.all(workers.map((worker) => worker.waitForLog('works for a job')));
    await expectProgress(server, id);
    workers[0]?.signal('SIGKILL');
    await vi.waitFor(async () => {
      const { reward, progress, error } = await server.readJob(id);
      expect(error).toBeNull();
      expect(reward.best).toBeGreaterThanOrEqual(475);
      // A rollout has 128 steps, and several make one update.
      expect(progress.steps / progress.updates).toBeGreaterThan(1.5 * 128);
    }, patience);
  });

  it('goes on after NATS was away, and its workers can leave meanwhile', async () => {
    const nats = await startNatsServer();
    const server = await startTestServer({ nats: nats.address }, 'real');
    const worker = startWorkerProcess(nats.address, ['--slots', '1']);
    const { id } = await server.postJob('away', { remoteWorkers: 1, ...endless });
    await worker.waitForLog('works for a job');
    await expectProgress(server, id);
    const other = startWorkerProcess(nats.address, ['--slots', '1']);
    await other.waitForLog('worker looks for jobs');
    await nats.kill();
    other.signal('SIGTERM');
    expect(await other.exited).toBe(0);
    await nats.restart();
    await expectProgress(server, id);
    expect((await server.readJob(id)).state).toBe('running');
  });

  it('is refused by a server without NATS, and where it has fewer workers than that', async () => {
    const server = await startTestServer();
    const refused = await server.post('/jobs', { environment: 'CartPole-v1', remoteWorkers: 1 });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toMatch(/remoteWorkers.*start it with --nats/s);
    // It can be asked while NATS is away.
    const nats = await startTestServer({ nats: 'nats://127.0.0.1:9' });
    const tooMany = await nats.post('/jobs', { environment: 'CartPole-v1', workers: 1, remoteWorkers: 2 });
    expect(tooMany.status).toBe(422);
    expect(await tooMany.text()).toMatch(/cannot be more than workers, which is 1/);
  });

  it('takes workers with the same module of its environment only', async () => {
    const nats = await startNatsServer();
    const [here, there] = [createTemporaryDirectory(), createTemporaryDirectory()];
    const source = join(import.meta.dirname, '../../../examples/custom-environment.ts');
    for (const directory of [here, there]) copyFileSync(source, join(directory, 'environment.ts'));
    writeFileSync(join(there, 'environment.ts'), `${readFileSync(source, 'utf8')}\n// other rules\n`);
    const server = await startTestServer({ nats: nats.address, environments: [here] }, 'real');
    const listed: unknown = await (await server.get('/environments')).json();
    const id = /"id":"([^"]*)","[^}]*"isCustom":true/.exec(JSON.stringify(listed))?.[1] ?? 'Corridor-v0';
    const { id: jobId } = await server.postJob('own', {
      environment: id,
      workers: 1,
      remoteWorkers: 1,
      stop: { maxSteps: 2_000, targetReward: null },
    });
    const without = startWorkerProcess(nats.address, ['--slots', '1']);
    await without.waitForLog('this machine has no environment');
    const other = startWorkerProcess(nats.address, ['--slots', '1', '--environments', there]);
    await other.waitForLog('differs from that of the job');
    expect((await server.readJob(jobId)).progress.steps).toBe(0);
    startWorkerProcess(nats.address, ['--slots', '1', '--environments', here]);
    await server.waitFor(jobId, 'succeeded');
  });
});

describe('a3c worker', () => {
  it('says what it needs, in one line', async () => {
    const away = startWorkerProcess('nats://127.0.0.1:9', ['--nats-required']);
    expect(await away.exited).toBe(1);
    expect(away.log()).toMatch(/^error: cannot connect to NATS at 127\.0\.0\.1:9: connection refused$/m);
    const nowhere = startWorkerProcess('');
    expect(await nowhere.exited).toBe(2);
    expect(nowhere.log()).toMatch(/the address of NATS is missing; give it with --nats or in A3C_NATS/);
    const wrong = startWorkerProcess('', ['--nats', 'http://example.com']);
    expect(await wrong.exited).toBe(1);
    expect(wrong.log()).toMatch(/must be an address such as nats:/);
  });
});
