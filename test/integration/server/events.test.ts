// The event stream of a job: complete, in order, and resumable anywhere.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseEventStream, type ServerSentEvent } from '../../../src/client/event-stream.ts';
import { startTestServer } from '../../fixtures/running-server.ts';

const stream = { accept: 'text/event-stream' };

async function readAll(response: Response): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  if (response.body) for await (const event of parseEventStream(response.body)) events.push(event);
  return events;
}

/** The first events of a stream, which is then closed. */
async function readSome(body: ReadableStream<Uint8Array>, count: number): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of parseEventStream(body)) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

/** Logs of the scripted job, and its states: queued, running and, with the last figures, succeeded. */
const chatterEvents = 500 + 4;

describe('GET /jobs/{id}/events', () => {
  it('streams a job from its first event to its last and then ends', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('succeed');
    const response = await server.get(`/jobs/${id}/events`, stream);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = await readAll(response);
    expect(events.map(({ type }) => type)).toEqual([
      'state',
      'state',
      'progress',
      'episode',
      'evaluation',
      'progress',
      'state',
    ]);
    expect(events.map((event) => event.id)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({
      state: 'succeeded',
      reason: 'reached its target: moving average 21.5, targetReward 475',
    });
  });

  it('continues after Last-Event-ID', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('succeed');
    await server.waitFor(id, 'succeeded');
    const events = await readAll(await server.get(`/jobs/${id}/events`, { ...stream, 'last-event-id': '5' }));
    expect(events.map((event) => event.id)).toEqual(['6', '7']);
  });

  it('answers 204 to a reader who has all events of a finished job', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('succeed');
    await server.waitFor(id, 'succeeded');
    expect((await server.get(`/jobs/${id}/events`, { ...stream, 'last-event-id': '7' })).status).toBe(204);
  });

  it('delivers what happens while it is open', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('run');
    const reading = server.get(`/jobs/${id}/events`, stream).then(readAll);
    await server.waitFor(id, 'running');
    await server.post(`/jobs/${id}/cancel`);
    const states = (await reading)
      .filter(({ type }) => type === 'state')
      .map(({ data }) => z.object({ state: z.string() }).parse(JSON.parse(data)).state);
    expect(states).toEqual(['queued', 'running', 'cancelling', 'cancelled']);
  });

  it('has no gaps and no duplicates, however often a reader reconnects', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('chatter');
    const whole = server.get(`/jobs/${id}/events`, stream).then(readAll);
    const pieces: ServerSentEvent[] = [];
    while (!pieces.at(-1)?.data.includes('succeeded')) {
      const lastId = pieces.at(-1)?.id;
      const response = await server.get(`/jobs/${id}/events`, {
        ...stream,
        ...(lastId && { 'last-event-id': lastId }),
      });
      if (response.body) pieces.push(...(await readSome(response.body, 90)));
    }
    const ids = Array.from({ length: chatterEvents }, (_, index) => String(index + 1));
    expect((await whole).map((event) => event.id)).toEqual(ids);
    expect(pieces.map((event) => event.id)).toEqual(ids);
    // Read afterwards it comes in whole pages.
    const replay = await readAll(await server.get(`/jobs/${id}/events`, stream));
    expect(replay.map((event) => event.id)).toEqual(ids);
  });

  it('does not keep the server from closing', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('run');
    const response = await server.get(`/jobs/${id}/events`, stream);
    const reading = readAll(response).then(
      () => 'ended',
      () => 'cut',
    );
    await server.close();
    expect(await reading).toBe('cut');
  });

  it('answers pages of JSON to requests that do not accept a stream', async () => {
    const server = await startTestServer();
    const { id } = await server.postJob('succeed');
    await server.waitFor(id, 'succeeded');
    const first: unknown = await (await server.get(`/jobs/${id}/events?limit=3`)).json();
    expect(first).toMatchObject({
      data: [{ id: 1 }, { id: 2 }, { id: 3, type: 'progress' }],
      hasMore: true,
      lastId: 3,
    });
    const rest: unknown = await (await server.get(`/jobs/${id}/events?after=3`)).json();
    expect(rest).toMatchObject({
      data: [{ id: 4 }, { id: 5 }, { id: 6 }, { id: 7 }],
      hasMore: false,
      lastId: 7,
    });
  });
});
