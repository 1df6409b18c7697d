// The stream of all jobs' changes, and jobs in short.
import { expect, it } from 'vitest';
import type { JobOverview, JobOverviewPage } from '../../../src/shared/api/server-status.ts';
import { jobOverviewPageSchema, jobOverviewSchema } from '../../../src/shared/api/server-status.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';
import { z } from 'zod';

interface Message {
  readonly event: string;
  readonly data: string;
}

async function* readMessages(server: TestServer, abort: AbortController): AsyncGenerator<Message> {
  const response = await fetch(`${server.url}/events`, { signal: abort.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event !== undefined && data !== undefined) yield { event, data };
    }
  }
}

const readOverview = (data: string): JobOverview => jobOverviewSchema.parse(JSON.parse(data));

it('a stream tells of new jobs, of their states, and of removed ones', async () => {
  const server = await startTestServer();
  const abort = new AbortController();
  const seen: string[] = [];
  let id = '';
  for await (const { event, data } of readMessages(server, abort)) {
    if (event === 'ready') {
      seen.push('ready');
      ({ id } = await server.postJob('succeed'));
    } else if (event === 'job') {
      const job = readOverview(data);
      expect(job.id).toBe(id);
      if (seen.at(-1) !== job.state) seen.push(job.state);
      if (job.state === 'succeeded') {
        expect(job).toMatchObject({ name: 'succeed', workers: 1, steps: 2000 });
        expect((await server.remove(`/jobs/${id}`)).status).toBe(204);
      }
    } else {
      expect(z.object({ id: z.string() }).parse(JSON.parse(data))).toEqual({ id });
      seen.push(event);
      break;
    }
  }
  abort.abort();
  expect(seen[0]).toBe('ready');
  expect(seen.slice(-2)).toEqual(['succeeded', 'removed']);
});

it('jobs in short come in pages, newest first', async () => {
  const server = await startTestServer({ maxRunningJobs: 1 });
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.unshift((await server.postJob('run')).id);
  const read = async (query: string): Promise<JobOverviewPage> =>
    jobOverviewPageSchema.parse(await (await server.get(`/overviews?${query}`)).json());
  const first = await read('limit=3');
  expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 3));
  expect(first).toMatchObject({ hasMore: true, lastId: ids[2] });
  const second = await read(`limit=3&after=${first.lastId ?? ''}`);
  expect(second.data.map(({ id }) => id)).toEqual(ids.slice(3));
  expect(second.hasMore).toBe(false);
  expect((await read('state=succeeded')).data).toEqual([]);
  expect((await server.get('/overviews?limit=1001')).status).toBe(400);
});

it('the newest events of some kinds are found among all others', async () => {
  const server = await startTestServer();
  const { id } = await server.postJob('chatter');
  await server.waitFor(id, 'succeeded');
  const answer = z.object({
    data: z.array(z.object({ id: z.int(), type: z.string() })),
    lastId: z.int(),
  });
  const read = async (query: string): Promise<z.infer<typeof answer>> =>
    answer.parse(await (await server.get(`/jobs/${id}/events/newest?${query}`)).json());
  const states = await read('types=state');
  expect(new Set(states.data.map(({ type }) => type))).toEqual(new Set(['state']));
  const both = await read('types=log,state&limit=3');
  expect(both.data.map(({ type }) => type)).toEqual(['log', 'log', 'state']);
  expect(both.lastId).toBe(states.lastId);
  const logs = await read('types=log&limit=2');
  expect(logs.lastId).toBe(states.lastId);
  expect(logs.data.at(-1)?.id).toBeLessThan(logs.lastId);
  expect((await server.get(`/jobs/${id}/events/newest?types=nothing`)).status).toBe(400);
});

it('a stream of one job has the kinds of events that its reader wants', async () => {
  const server = await startTestServer();
  const { id } = await server.postJob('chatter');
  await server.waitFor(id, 'succeeded');
  const headers = { accept: 'text/event-stream' };
  const read = async (query: string): Promise<Response> =>
    await fetch(`${server.url}/jobs/${id}/events?${query}`, { headers });
  const text = await (await read('types=state&everySeconds=1')).text();
  expect(new Set(text.match(/^event: .*$/gm))).toEqual(new Set(['event: state']));
  expect(text).toContain('"state":"succeeded"');
  expect((await read('types=nothing')).status).toBe(400);
  expect((await read('everySeconds=11')).status).toBe(400);
});

it('jobs are found by name, algorithm and metadata, in both lists', async () => {
  const server = await startTestServer();
  const metadata = { 'run of': 'tuesday', depth: 3, isGood: true, "it's": null, 'a"]': 'x' };
  const first = await server.postJob('run', { metadata });
  const second = await server.postJob('write-models', { algorithm: 'a2c', metadata: { depth: 30 } });
  const idsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });
  const find = async (query: Record<string, string>): Promise<string[]> => {
    const [short, long] = await Promise.all(
      ['/overviews', '/jobs'].map(async (path) => {
        const response = await server.get(`${path}?${new URLSearchParams(query).toString()}`);
        return idsSchema.parse(await response.json()).data.map(({ id }) => id);
      }),
    );
    expect(short).toEqual(long);
    return short ?? [];
  };
  expect(await find({ name: 'MODEL' })).toEqual([second.id]);
  expect(await find({ name: '%' })).toEqual([]);
  expect(await find({ algorithm: 'a3c' })).toEqual([first.id]);
  for (const text of ['run of=tuesday', 'depth=3', 'isGood=true', "it's=null", 'a"]=x'])
    expect([text, await find({ metadata: text })]).toEqual([text, [first.id]]);
  expect(await find({ metadata: 'depth=4' })).toEqual([]);
  expect(await find({ metadata: 'depth=30', algorithm: 'a3c' })).toEqual([]);
  expect((await server.get('/jobs?metadata=depth')).status).toBe(400);
  expect((await server.get('/jobs?algorithm=sarsa')).status).toBe(400);
});
