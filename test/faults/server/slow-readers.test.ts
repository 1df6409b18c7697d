// Slow and many readers of event streams: the server stays small and serves the others.
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { httpLimits } from '../../../src/server/http/limits.ts';
import { problemSchema } from '../../../src/shared/api/problem.ts';
import { openEventSocket, readUntil } from '../../fixtures/event-socket.ts';
import { readMemoryBytes } from '../../fixtures/read-memory.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';

/** Messages of a scripted job that floods its events, of 30 000 characters each. */
const floodEvents = 800;
const floodBytes = floodEvents * 30_000;
const lastFloodEvent = `id: ${floodEvents + 2}\n`;

/** Posts the job and waits until all of its flood is in the store. */
async function postFlood(server: TestServer): Promise<string> {
  const { id } = await server.postJob('flood');
  await vi.waitFor(
    async () => {
      const page = await server.get(`/jobs/${id}/events?after=${floodEvents + 1}`);
      expect(await page.json()).toMatchObject({ data: [{ type: 'log' }] });
    },
    { timeout: 40_000, interval: 50 },
  );
  return id;
}

/** Waits until the server takes one more event stream. */
async function waitForFreeStream(server: TestServer, id: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const response = await server.get(`/jobs/${id}/events`, { accept: 'text/event-stream' });
      const { status } = response;
      await response.body?.cancel();
      expect(status).toBe(200);
    },
    { timeout: 40_000, interval: 50 },
  );
}

describe('an event stream', () => {
  it('shows that it is alive while nothing happens', async () => {
    const server = await startTestServer({}, 'scripted', { heartbeatMs: 30, stallLimitMs: 200 });
    const { id } = await server.postJob('run');
    const stream = await openEventSocket(server.url, id);
    let text = '';
    stream.on('data', (chunk) => (text += String(chunk))).resume();
    // Several times the stall limit: a reader that takes the heartbeats is not dropped.
    await vi.waitFor(() => expect(text.match(/^: heartbeat$/gm)?.length).toBeGreaterThan(25), {
      timeout: 40_000,
      interval: 20,
    });
    expect(stream.closed).toBe(false);
    stream.destroy();
  });

  it('is closed on a connection on which nothing moves, not even heartbeats', async () => {
    const server = await startTestServer({}, 'scripted', { heartbeatMs: 60_000, stallLimitMs: 200 });
    const { id } = await server.postJob('run');
    const stream = await openEventSocket(server.url, id);
    stream.on('error', () => undefined).resume();
    await vi.waitFor(() => expect(stream.closed).toBe(true), { timeout: 40_000, interval: 50 });
  });

  it('is closed on a reader that takes nothing', async () => {
    const server = await startTestServer({}, 'scripted', { stallLimitMs: 800, maxEventStreams: 1 });
    const id = await postFlood(server);
    const stalled = await openEventSocket(server.url, id);
    await once(stalled, 'readable');
    await waitForFreeStream(server, id);
    expect(await readUntil(stalled, lastFloodEvent)).toBe(false);
  });

  it('stays open to a reader that is only slow', async () => {
    const server = await startTestServer({}, 'scripted', { stallLimitMs: 800 });
    const slow = await openEventSocket(server.url, await postFlood(server));
    expect(await readUntil(slow, lastFloodEvent, 4)).toBe(true);
  });

  it('is closed on a reader that takes a byte now and then', async () => {
    const server = await startTestServer({}, 'scripted', { stallLimitMs: 500, maxEventStreams: 1 });
    const id = await postFlood(server);
    const trickling = await openEventSocket(server.url, id);
    await once(trickling, 'readable');
    const reading = setInterval(() => {
      trickling.read(1);
    }, 20);
    await waitForFreeStream(server, id);
    clearInterval(reading);
    expect(await readUntil(trickling, lastFloodEvent)).toBe(false);
  });

  it('holds no more than two pages for each reader that stalls, and others read on', async () => {
    const server = await startTestServer({}, 'scripted', { stallLimitMs: 60_000, heartbeatMs: 100 });
    const id = await postFlood(server);
    const before = readMemoryBytes();
    const stalled = await Promise.all(Array.from({ length: 20 }, () => openEventSocket(server.url, id)));
    // One that reads is sent everything, and then there is time for a heartbeat: for the others too, if they read.
    expect(await readUntil(await openEventSocket(server.url, id), ': heartbeat')).toBe(true);
    // What is held stays held; what is garbage may take a moment to be freed.
    await vi.waitFor(() => expect(readMemoryBytes() - before).toBeLessThan(2 * floodBytes), {
      timeout: 40_000,
      interval: 100,
    });
    // Closing waits for none of them.
    const closed = Promise.all(
      stalled.map((socket) => once(socket.on('error', () => undefined).resume(), 'close')),
    );
    await server.close();
    await closed;
  });

  it('is refused while too many are open', async () => {
    const server = await startTestServer({}, 'scripted', { maxEventStreams: 2 });
    const { id } = await server.postJob('run');
    const open = (): Promise<Response> => server.get(`/jobs/${id}/events`, { accept: 'text/event-stream' });
    const [first] = await Promise.all([open(), open()]);
    const refused = await open();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(problemSchema.parse(await refused.json())).toMatchObject({ code: 'TOO_MANY_STREAMS' });
    expect((await server.get(`/jobs/${id}/events`)).status).toBe(200);
    await first.body?.cancel();
    await waitForFreeStream(server, id);
  });

  it('waits for readers as long as heartbeats show', () => {
    expect(httpLimits.stallLimitMs).toBeGreaterThan(httpLimits.heartbeatMs);
  });
});
