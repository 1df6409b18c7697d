// The client against a scripted server: the requests that it sends, and its results for each kind of answer.
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { A3CClient } from '../../src/client/a3c-client.ts';
import {
  A3CSettingsError,
  A3CAnswerError,
  A3CApiError,
  A3CError,
  A3CNetworkError,
} from '../../src/client/client-errors.ts';
import type { JobEvent } from '../../src/shared/api/job-event.ts';
import { InvalidModelError } from '../../src/shared/model-format/invalid-model-error.ts';
import {
  answerInTurn,
  listen,
  sendJson,
  sendStream,
  writeEnd,
  writeEpisode,
} from '../fixtures/answering-server.ts';

describe('a request', () => {
  it('carries the token, the query and the JSON body', async () => {
    const seen: unknown[] = [];
    const { url } = await listen((request, response) => {
      const chunks: Uint8Array[] = [];
      request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url: path, headers } = request;
        seen.push([
          method,
          path,
          headers.authorization,
          headers['idempotency-key'],
          Buffer.concat(chunks).toString(),
        ]);
        if (method === 'DELETE') response.writeHead(204).end();
        else sendJson(response, 200, { data: [], hasMore: false, lastId: null });
      });
    });
    const client = new A3CClient({ url: `${url}/prefix/`, token: 'secret' });
    await client.listJobs({ state: 'running', limit: 5 });
    await client.deleteJob('job_a/b');
    await client.createJob({ environment: 'CartPole-v1' }, { idempotencyKey: 'k' }).catch(() => null);
    expect(seen).toEqual([
      ['GET', '/prefix/jobs?state=running&limit=5', 'Bearer secret', undefined, ''],
      ['DELETE', '/prefix/jobs/job_a%2Fb', 'Bearer secret', undefined, ''],
      ['POST', '/prefix/jobs', 'Bearer secret', 'k', '{"environment":"CartPole-v1"}'],
    ]);
  });

  it('turns a problem into an A3CApiError with its code, status and issues', async () => {
    const errors = [{ path: 'workers', message: 'too many' }];
    const { url } = await listen((_request, response) => {
      sendJson(response, 422, { code: 'INVALID_JOB', title: 'no', detail: 'not a job', status: 422, errors });
    });
    const failure = await new A3CClient({ url })
      .createJob({ environment: 'CartPole-v1' })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(A3CApiError);
    expect(failure).toMatchObject({
      code: 'INVALID_JOB',
      status: 422,
      issues: errors,
      message: 'not a job (workers: too many)',
    });
  });

  it('reports the status if another program answered', async () => {
    const { url } = await listen((_request, response) => response.writeHead(502).end('<html>bad gateway'));
    await expect(new A3CClient({ url }).getStatus()).rejects.toMatchObject({ code: 'HTTP_502', status: 502 });
  });

  it('reports that something else answers', async () => {
    const answers = ['<html>a page', '{"data": 1}', '[]', 'null'];
    const { url } = await listen((_request, response) => response.end(answers.shift()));
    const client = new A3CClient({ url });
    await expect(client.getStatus()).rejects.toThrow('the answer is not JSON: <html>a page');
    for (let count = 0; count < 3; count += 1)
      await expect(client.getJob('job_1')).rejects.toThrow('the answer is not a job: it must have id, state');
    expect(answers).toEqual([]);
    await expect(client.listPresets()).rejects.toBeInstanceOf(A3CAnswerError);
  });

  it('reports that an answer breaks off', async () => {
    const { url } = await listen((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"id":', () => response.destroy());
    });
    const client = new A3CClient({ url });
    const failures = [client.getJob('job_1'), client.downloadModel('job_1'), client.getPlot('job_1')];
    for (const failure of failures) await expect(failure).rejects.toBeInstanceOf(A3CNetworkError);
  });

  it.each(['127.0.0.1:8080', 'ftp://example.org', '', 'http://'])('refuses the address %o', (url) => {
    expect(() => new A3CClient({ url })).toThrow(A3CSettingsError);
    expect(() => new A3CClient({ url })).toThrow(/^".*" is no address of a server: it must be like http/);
  });

  it('refuses a token that no header can carry, without showing it, and takes an empty one for none', async () => {
    const make = (token: string) => new A3CClient({ url: 'http://localhost', token });
    for (const token of ['secret\n', 'sec ret', 'secrét']) {
      expect(() => make(token)).toThrow(A3CSettingsError);
      expect(() => make(token)).not.toThrow(/sec/);
    }
    const sent: unknown[] = [];
    const { url } = await listen(({ headers }, response) => {
      sent.push(headers.authorization);
      response.end();
    });
    await new A3CClient({ url, token: '' }).isReady();
    expect(sent).toEqual([undefined]);
  });

  it('ends with the reason of its own signal, or of the client', async () => {
    const { url } = await listen(() => null);
    const reason = new Error('no longer wanted');
    const ends: ((client: A3CClient, signal?: AbortSignal) => Promise<unknown>)[] = [
      (client, signal) => client.getJob('job_1', { signal }),
      (client, signal) => client.createJob({ environment: 'CartPole-v1' }, { signal }),
      (client, signal) => client.waitFor('job_1', { signal }),
      (client, signal) => client.events('job_1', { signal }).next(),
      (client, signal) => client.changes({ signal }).next(),
      (client, signal) => client.isReady({ signal }),
    ];
    for (const call of ends) {
      for (const owner of ['call', 'client'] as const) {
        const controller = new AbortController();
        const { signal } = controller;
        const client = new A3CClient(owner === 'client' ? { url, signal } : { url });
        const failure = call(client, owner === 'call' ? signal : undefined);
        controller.abort(reason);
        await expect(failure).rejects.toBe(reason);
      }
    }
  });

  it('reports that nothing answers', async () => {
    const { url, close } = await listen(() => null);
    await close();
    await expect(new A3CClient({ url }).getStatus()).rejects.toThrow(A3CNetworkError);
    await expect(new A3CClient({ url }).getStatus()).rejects.toBeInstanceOf(A3CError);
    await expect(new A3CClient({ url }).getStatus()).rejects.toThrow(/ECONNREFUSED/);
    expect(await new A3CClient({ url }).isReady()).toBe(false);
  });

  it('refuses an archive that is no model', async () => {
    const archives = [
      new TextEncoder().encode('no zip'),
      zipSync({ 'model.json': new TextEncoder().encode('{}') }),
    ];
    const { url } = await listen((_request, response) => response.end(archives.shift()));
    await expect(new A3CClient({ url }).getModel('job_1')).rejects.toThrow(/no complete zip archive/);
    await expect(new A3CClient({ url }).getModel('job_1')).rejects.toThrow(InvalidModelError);
  });
});

async function collect(events: AsyncIterable<JobEvent>): Promise<(number | string)[]> {
  const seen: (number | string)[] = [];
  for await (const event of events) seen.push(event.type === 'episode' ? event.data.episode : event.type);
  return seen;
}

describe('the events of a job', () => {
  it('come once each and in order across broken connections, and end with the job', async () => {
    const { url, lastEventIds } = await answerInTurn([
      sendStream(writeEpisode(1) + writeEpisode(2) + writeEpisode(3).slice(0, 20), (response) =>
        response.destroy(),
      ),
      (response) => response.writeHead(503).end(),
      sendStream(writeEpisode(3) + 'id: 4\nevent: novelty\ndata: {}\n\n'),
      sendStream(writeEpisode(5) + writeEnd(6) + writeEpisode(7)),
    ]);
    expect(await collect(new A3CClient({ url }).events('job_1'))).toEqual([1, 2, 3, 5, 'state']);
    expect(lastEventIds).toEqual([null, '2', '2', '4']);
  });

  it('start after a given event and stop when asked to', async () => {
    const { url, lastEventIds } = await answerInTurn([sendStream(writeEpisode(9), () => null)]);
    const controller = new AbortController();
    const events = new A3CClient({ url }).events('job_1', { lastEventId: '8', signal: controller.signal });
    expect((await events.next()).value).toMatchObject({ type: 'episode' });
    controller.abort();
    await expect(events.next()).rejects.toThrow(/abort/i);
    expect(lastEventIds).toEqual(['8']);
  });

  it('throw at once where the server knows no such job', async () => {
    const { url, lastEventIds } = await answerInTurn([
      (response) => {
        sendJson(response, 404, { code: 'JOB_NOT_FOUND', title: 'no such job' });
      },
    ]);
    await expect(collect(new A3CClient({ url }).events('job_1'))).rejects.toMatchObject({
      code: 'JOB_NOT_FOUND',
    });
    expect(lastEventIds).toHaveLength(1);
  });
});

describe('the changes of a server', () => {
  const page = (ids: readonly string[], hasMore = false) => ({
    data: ids.map((id) => ({ id, state: 'running' })),
    hasMore,
    lastId: ids.at(-1) ?? null,
  });

  it('begin with all jobs again after each broken connection', async () => {
    const pages = [page(['b'], true), page(['a']), page(['c'])];
    const ready = 'event: ready\ndata: {}\n\n';
    const streams = [
      sendStream(
        `${ready}event: job\ndata: {"id": "b", "state": "failed"}\n\nevent: novelty\ndata: 1\n\n`,
        (response) => response.destroy(),
      ),
      sendStream(ready + 'event: removed\ndata: {"id": "c"}\n\n'),
    ];
    const asked: (string | undefined)[] = [];
    const { url } = await listen((request, response) => {
      asked.push(request.url);
      if (request.url?.startsWith('/overviews')) sendJson(response, 200, pages.shift());
      else (streams.shift() ?? ((end) => sendJson(end, 404, { code: 'ROUTE_NOT_FOUND' })))(response);
    });
    const seen: unknown[] = [];
    const follow = async (): Promise<void> => {
      for await (const change of new A3CClient({ url }).changes()) {
        if (change.type === 'jobs') seen.push(change.jobs.map(({ id }) => id));
        else seen.push(change.type === 'job' ? [change.job.id, change.job.state] : `without ${change.id}`);
      }
    };
    await expect(follow()).rejects.toMatchObject({ code: 'ROUTE_NOT_FOUND' });
    expect(seen).toEqual([['b', 'a'], ['b', 'failed'], ['c'], 'without c']);
    expect(asked).toEqual([
      '/events',
      '/overviews?limit=1000',
      '/overviews?limit=1000&after=b',
      '/events',
      '/overviews?limit=1000',
      '/events',
    ]);
  });

  it('throw after as many failed attempts as one wants', async () => {
    const { url, lastEventIds } = await answerInTurn([]);
    const changes = new A3CClient({ url }).changes({ maxAttempts: 2 });
    await expect(changes.next()).rejects.toMatchObject({ status: 500 });
    expect(lastEventIds).toHaveLength(2);
  });
});
