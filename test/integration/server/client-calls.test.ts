// The client's calls of a real server, from a new job to its models.
import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { A3CClient } from '../../../src/client.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

it('a job is posted, waited for and read in every way', async () => {
  const { url } = await startTestServer();
  const client = new A3CClient({ url });
  const posted = await client.createJob({ environment: 'CartPole-v1', workers: 1, name: 'write-model' });
  expect(await client.waitFor(posted.id)).toMatchObject({ id: posted.id, state: 'succeeded' });
  expect(await client.waitFor(posted.id, { states: ['paused'] })).toMatchObject({ state: 'succeeded' });

  const { id } = await client.createJob({ environment: 'CartPole-v1', workers: 1, name: 'succeed' });
  await client.waitFor(id);
  expect((await client.listJobs({ name: 'write' })).data.map((job) => job.id)).toEqual([posted.id]);
  expect((await client.listOverviews()).data.map((job) => job.id)).toEqual([id, posted.id]);
  const first = await client.listEvents(id, { limit: 2 });
  const rest = await client.listEvents(id, { after: first.lastId ?? 0 });
  expect([...first.data, ...rest.data].map(({ type }) => type)).toEqual([
    'state',
    'state',
    'progress',
    'episode',
    'evaluation',
    'progress',
    'state',
  ]);
  const newest = await client.listNewestEvents(id, ['evaluation', 'state'], { limit: 2 });
  expect(newest.data.map(({ type }) => type)).toEqual(['evaluation', 'state']);
  expect((await client.getMetrics(id, { maxPoints: 2 })).map(({ steps }) => steps)).toEqual([1000, 2000]);
  const bands = await client.getCurve(id, { columns: ['movingAverage', 'entropy'], untilStep: 1000 });
  expect(bands).toMatchObject({
    pointsPerRow: 1,
    steps: [1000],
    columns: { movingAverage: {}, entropy: {} },
  });
  expect(await client.getEvaluations(id)).toMatchObject([{ steps: 900, mean: 9 }]);
  expect(await client.getPlot(id)).toMatch(/^<svg/);
  await client.deleteJob(id);
  await expect(client.getJob(id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND', status: 404, issues: [] });
});

it('files of a model come whole or as a stream', async () => {
  const { url } = await startTestServer();
  const client = new A3CClient({ url });
  const { id } = await client.createJob({ environment: 'CartPole-v1', workers: 1, name: 'write-model' });
  await client.waitFor(id);
  const archive = unzipSync(new Uint8Array(await client.downloadModel(id)));
  expect(Buffer.from(archive['weights.bin'] ?? []).toString()).toBe('weights');
  const stream = await client.streamModel(id, 'best/weights.bin');
  expect(await new Response(stream).text()).toBe('weights');
  await expect(client.streamModel(id, 'latest.zip')).rejects.toMatchObject({ code: 'MODEL_NOT_READY' });
});

it('a job is paused, resumed and cancelled, and all of it is told', async () => {
  const { url } = await startTestServer();
  const client = new A3CClient({ url });
  const states: string[] = [];
  let id = '';
  for await (const change of client.changes()) {
    if (change.type === 'jobs') {
      expect(change.jobs).toEqual([]);
      ({ id } = await client.createJob({ environment: 'CartPole-v1', workers: 1, name: 'run' }));
      await client.waitFor(id, { states: ['running'] });
      await client.pauseJob(id);
      await client.waitFor(id, { states: ['paused'] });
      await client.resumeJob(id, { stop: { maxSteps: 5000 } });
      expect((await client.waitFor(id, { states: ['running'] })).spec.stop.maxSteps).toBe(5000);
      await client.cancelJob(id);
      expect((await client.waitFor(id)).state).toBe('cancelled');
      await client.deleteJob(id);
    } else if (change.type === 'job') states.push(change.job.state);
    else break;
  }
  expect(states.every((state) => state !== 'succeeded')).toBe(true);
});

it('the server says what it is, and who the caller is', async () => {
  const { url } = await startTestServer({ token: 'secret' });
  const client = new A3CClient({ url, token: 'secret' });
  expect(await client.isReady()).toBe(true);
  expect((await client.getStatus()).jobs).toEqual([]);
  expect(await client.getStorage()).toMatchObject({ problem: null, jobs: [] });
  expect((await client.listEnvironments()).map(({ id }) => id)).toContain('CartPole-v1');
  expect((await client.listPresets()).map(({ environment }) => environment)).toContain('CartPole-v1');
  expect(await client.getServerMetrics()).toContain('a3c_jobs');
  expect(await client.getSession()).toEqual({ role: 'full', needsToken: true });
  const stranger = new A3CClient({ url });
  expect(await stranger.getSession()).toEqual({ role: null, needsToken: true });
  expect(await stranger.signIn('secret')).toEqual({ role: 'full', needsToken: true });
  await stranger.signOut();
  await expect(stranger.getStatus()).rejects.toMatchObject({ code: 'UNAUTHORIZED', status: 401 });
});

it('experiments and searches are posted, read, cancelled and deleted, and a job is renamed', async () => {
  const { url } = await startTestServer();
  const client = new A3CClient({ url });
  const job = { environment: 'CartPole-v1', workers: 1, name: 'run' };
  const experiment = await client.createExperiment({ job, seeds: [4, 2] }, { idempotencyKey: 'k' });
  expect(await client.createExperiment({ job, seeds: [4, 2] }, { idempotencyKey: 'k' })).toMatchObject({
    id: experiment.id,
  });
  expect((await client.getExperiment(experiment.id)).seeds).toEqual([4, 2]);
  expect((await client.listExperiments()).data.map(({ id }) => id)).toEqual([experiment.id]);
  const members = (await client.listOverviews({ experiment: experiment.id })).data.map(({ id }) => id);
  expect(members.toSorted()).toEqual(experiment.jobs.toSorted());
  const [first = ''] = members;
  expect(await client.changeJob(first, { name: 'renamed' })).toMatchObject({ id: first, name: 'renamed' });
  await client.cancelExperiment(experiment.id);
  for (const id of members) await client.waitFor(id);
  await client.deleteExperiment(experiment.id);

  const tuning = await client.createTuning({ job, trials: 1, seeds: 1 });
  expect(await client.getTuning(tuning.id)).toMatchObject({ environment: 'CartPole-v1', jobs: tuning.jobs });
  expect((await client.listTunings()).data.map(({ id }) => id)).toEqual([tuning.id]);
  await client.cancelTuning(tuning.id);
  for (const id of (await client.getTuning(tuning.id)).jobs) await client.waitFor(id);
  await client.deleteTuning(tuning.id);
  await expect(client.getTuning(tuning.id)).rejects.toMatchObject({ code: 'TUNING_NOT_FOUND' });
});

it('every JSON answer ends like a line, so that the prompt of a shell begins a new one', async () => {
  const server = await startTestServer();
  for (const path of [
    '/status',
    '/healthz',
    '/jobs',
    '/environments',
    '/jobs/none',
    '/nowhere',
    '/openapi.json',
  ]) {
    const response = await server.get(path);
    const text = await response.text();
    expect([path, text.at(-1), text.at(-2)]).toEqual([path, '\n', '}']);
    expect(Number(response.headers.get('content-length'))).toBe(Buffer.byteLength(text));
    expect(JSON.parse(text)).toBeTypeOf('object');
  }
});
