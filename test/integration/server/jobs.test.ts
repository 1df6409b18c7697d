// Jobs over HTTP: calls and their answers.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobSchema } from '../../../src/shared/job/job.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

describe('POST /jobs', () => {
  it('answers 202 with the job, fully resolved, and where to find it', async () => {
    const server = await startTestServer();
    const response = await server.post('/jobs', {
      environment: 'CartPole-v1',
      name: 'run',
      stop: { maxSteps: 1000 },
    });
    expect(response.status).toBe(202);
    const job = jobSchema.parse(await response.json());
    expect(response.headers.get('location')).toBe(`/jobs/${job.id}`);
    expect(job.spec).toMatchObject({
      algorithm: 'a3c',
      discount: 0.99,
      stop: { maxSteps: 1000, targetReward: 475 },
    });
    expect(job.spec.seed).toBeGreaterThanOrEqual(0);
    expect((await server.readJob(job.id)).spec).toEqual(job.spec);
  });

  it('gives the same job to the same Idempotency-Key, and refuses another request with it', async () => {
    const server = await startTestServer();
    const headers = { 'idempotency-key': 'key-1' };
    const body = { environment: 'CartPole-v1', name: 'succeed' };
    const first = jobSchema.parse(await (await server.post('/jobs', body, headers)).json());
    const second = await server.post('/jobs', body, headers);
    expect(second.status).toBe(202);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await second.json()).toMatchObject({ id: first.id });
    const other = await server.post('/jobs', { ...body, seed: 2 }, headers);
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await (await server.get('/jobs')).json()).toMatchObject({
      data: [{ id: first.id }],
      hasMore: false,
    });
  });

  it('makes one job of posts that come at the same time with one Idempotency-Key', async () => {
    const server = await startTestServer();
    const body = { environment: 'CartPole-v1', name: 'succeed' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.post('/jobs', body, { 'idempotency-key': 'key-1' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const jobs = await Promise.all(answers.map(async (answer) => jobSchema.parse(await answer.json())));
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
    const page: unknown = await (await server.get('/jobs')).json();
    expect(page).toMatchObject({ data: [{ id: jobs[0]?.id }], hasMore: false });
  });

  it('refuses more waiting jobs than allowed', async () => {
    const server = await startTestServer({ maxRunningJobs: 1, maxQueuedJobs: 1 });
    await server.postJob('run');
    await server.postJob('run');
    const refused = await server.post('/jobs', { environment: 'CartPole-v1' });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'QUEUE_FULL' });
  });
});

describe('GET /jobs', () => {
  it('lists the newest first, page by page, and by state and environment', async () => {
    const server = await startTestServer({ maxRunningJobs: 1 });
    const running = await server.postJob('run');
    const queued = await server.postJob('run', { environment: 'CartPole-v0' });
    const list = async (query: string) => (await server.get(`/jobs${query}`)).json();
    expect(await list('?limit=1')).toMatchObject({
      data: [{ id: queued.id }],
      hasMore: true,
      lastId: queued.id,
    });
    expect(await list(`?after=${queued.id}`)).toMatchObject({ data: [{ id: running.id }], hasMore: false });
    expect(await list('?state=queued')).toMatchObject({ data: [{ id: queued.id }] });
    expect(await list('?environment=CartPole-v1')).toMatchObject({ data: [{ id: running.id }] });
    expect(await list('?state=failed')).toEqual({ data: [], hasMore: false, lastId: null });
  });
});

describe('POST /jobs/{id}/cancel', () => {
  it.each(['run', 'hang'])('cancels a job whose master does %s', async (name) => {
    const server = await startTestServer();
    const { id } = await server.postJob(name);
    const response = await server.post(`/jobs/${id}/cancel`);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ state: 'cancelling' });
    await server.waitFor(id, 'cancelled');
  });

  it('cancels a waiting job at once, and changes nothing the second time', async () => {
    const server = await startTestServer({ maxRunningJobs: 1 });
    await server.postJob('run');
    const { id } = await server.postJob('run');
    for (let time = 0; time < 2; time += 1) {
      const response = await server.post(`/jobs/${id}/cancel`);
      expect(response.status).toBe(202);
      expect(await response.json()).toMatchObject({ state: 'cancelled', startedAt: null });
    }
  });

  it('is refused for a job that has succeeded', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('succeed');
    await server.waitFor(id, 'succeeded');
    const response = await server.post(`/jobs/${id}/cancel`);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  });
});

describe('DELETE /jobs/{id}', () => {
  it('removes a finished job with its files', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('write-model');
    await server.waitFor(id, 'succeeded');
    const directory = join(server.data, 'jobs', id);
    expect(existsSync(directory)).toBe(true);
    expect((await server.remove(`/jobs/${id}`)).status).toBe(204);
    expect(existsSync(directory)).toBe(false);
    expect((await server.get(`/jobs/${id}`)).status).toBe(404);
    expect((await server.remove(`/jobs/${id}`)).status).toBe(404);
  });

  it('is refused for a job that is not finished', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('run');
    const response = await server.remove(`/jobs/${id}`);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'JOB_NOT_FINISHED' });
  });
});

describe('DELETE /jobs/{id} of a job whose master is still on its way out', () => {
  it('does not delete a job that was resumed meanwhile', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('stay-after-end');
    await server.waitFor(id, 'succeeded');
    const removal = server.remove(`/jobs/${id}`);
    expect((await server.post(`/jobs/${id}/resume`)).status).toBe(202);
    expect((await removal).status).toBe(409);
    expect((await server.get(`/jobs/${id}`)).status).toBe(200);
  });
});

describe('GET /status', () => {
  it('counts all jobs and lists running ones first, always as of now', async () => {
    const server = await startTestServer({ maxRunningJobs: 1 });
    const status = async () => (await server.get('/status')).json();
    expect(await status()).toMatchObject({ counts: { queued: 0, running: 0 }, jobs: [] });
    const done = await server.postJob('succeed');
    await server.waitFor(done.id, 'succeeded');
    const running = await server.postJob('run');
    // The master of the job before may still be on its way out.
    await server.waitFor(running.id, 'running');
    const queued = await server.postJob('run');
    expect(await status()).toMatchObject({
      counts: { queued: 1, running: 1, succeeded: 1 },
      jobs: [
        { id: running.id, state: 'running', endedBy: null },
        { id: queued.id, state: 'queued' },
        {
          id: done.id,
          state: 'succeeded',
          stateReason: 'reached its target: moving average 21.5, targetReward 475',
          endedBy: 'targetReward',
          steps: 2000,
          movingAverageReward: 21.5,
        },
      ],
    });
    await server.remove(`/jobs/${done.id}`);
    expect(await status()).toMatchObject({ counts: { succeeded: 0 } });
  });
});

describe('GET /jobs/{id}/metrics and plot.svg', () => {
  it('give the curve as JSON and as a picture', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('succeed');
    await server.waitFor(id, 'succeeded');
    const json: unknown = await (await server.get(`/jobs/${id}/metrics`)).json();
    expect(json).toMatchObject({ data: [{ steps: 1000, movingAverage: 21.5 }, { steps: 2000 }] });
    expect(await (await server.get(`/jobs/${id}/metrics?sinceStep=1000`)).json()).toMatchObject({
      data: [{ steps: 2000 }],
    });
    const plot = await server.get(`/jobs/${id}/plot.svg`);
    expect(plot.headers.get('content-type')).toContain('image/svg+xml');
    expect(await plot.text()).toContain('<path');
  });

  it('draw every evaluation of a long job', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('evaluate-often');
    await server.waitFor(id, 'succeeded');
    const picture = await (await server.get(`/jobs/${id}/plot.svg`)).text();
    const [dots = ''] = /<g fill="#ea580c">(<circle[^>]*>){2,}/.exec(picture) ?? [];
    expect(dots.match(/<circle/g)).toHaveLength(150);
  });

  it.each([
    ['target', 30],
    ['solved', null],
  ])('mark the %s of a job', async (label, targetReward) => {
    const server = await startTestServer();
    const { id } = await server.postJob('succeed', { stop: { targetReward, maxSteps: 5000 } });
    await server.waitFor(id, 'succeeded');
    const picture = await (await server.get(`/jobs/${id}/plot.svg`)).text();
    expect(picture).toContain(`>${label}</text>`);
    // The axis ends at the goal, or above where CartPole counts as solved.
    const ticks = [...picture.matchAll(/text-anchor="end">(\d+)<\/text>/g)].map(([, tick]) => Number(tick));
    expect(Math.max(...ticks)).toBe(targetReward ?? 500);
  });

  it('draw a picture of a job that has not begun', async () => {
    const server = await startTestServer({ maxRunningJobs: 1 });
    await server.postJob('run');
    const { id } = await server.postJob('<script>alert("&")</script>');
    const picture = await (await server.get(`/jobs/${id}/plot.svg`)).text();
    expect(picture).toContain('No data yet');
    expect(picture).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;');
    expect(picture).not.toContain('<script');
  });
});
