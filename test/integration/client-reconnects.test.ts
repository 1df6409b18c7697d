// Reconnection of the client to a job's events, over real connections and without waiting times.
import { describe, expect, it } from 'vitest';
import { ApiConnection } from '../../src/client/api-connection.ts';
import { A3CApiError } from '../../src/client/client-errors.ts';
import { iterateJobEvents } from '../../src/client/job-events.ts';
import {
  answerInTurn,
  sendJson,
  sendStream,
  writeEnd,
  writeEpisode,
  type Answer,
} from '../fixtures/answering-server.ts';

const refuse =
  (status: number): Answer =>
  (response) => {
    sendJson(response, status, { code: 'SOME_CODE', title: 'not now' });
  };

/** All events that come from these connections, how the loop ended, and the delays between the connections. */
async function follow(answers: readonly Answer[]) {
  const { url, lastEventIds } = await answerInTurn(answers);
  const delays: number[] = [];
  const events: (number | string)[] = [];
  const source = {
    connection: new ApiConnection({ url }),
    jobId: 'job_1',
    getJob: () => Promise.reject(new Error('nobody asks for the job')),
    wait: async (durationMs: number) => {
      delays.push(durationMs);
    },
  };
  const failure = await readAll(iterateJobEvents(source), events);
  return { events, failure, delays, lastEventIds };
}

async function readAll(
  iterated: ReturnType<typeof iterateJobEvents>,
  events: (number | string)[],
): Promise<unknown> {
  try {
    for await (const event of iterated) {
      events.push(event.type === 'episode' ? event.data.episode : event.type);
    }
    return null;
  } catch (error) {
    return error;
  }
}

describe('the events of a job over bad connections', () => {
  it('come through any number of interruptions, as long as there is progress between them', async () => {
    const parts = Array.from({ length: 20 }, (_, index) =>
      sendStream(writeEpisode(index + 1), (response) => {
        if (index % 2 === 0) response.destroy();
        else response.end();
      }),
    );
    const { events, failure, delays } = await follow([...parts, sendStream(writeEnd(21))]);
    expect(failure).toBeNull();
    expect(events).toEqual([...parts.map((_part, index) => index + 1), 'state']);
    expect(delays).toEqual(parts.map(() => 100));
  });

  it('are asked for again after longer and longer delays, and given up after eight', async () => {
    const { failure, delays, lastEventIds } = await follow(Array.from({ length: 20 }, () => refuse(503)));
    expect(failure).toBeInstanceOf(A3CApiError);
    expect(failure).toMatchObject({ status: 503 });
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    expect(lastEventIds).toHaveLength(9);
  });

  it('begin with short delays again once something has come', async () => {
    const { events, delays, lastEventIds } = await follow([
      refuse(503),
      refuse(502),
      sendStream(writeEpisode(1), (response) => response.destroy()),
      refuse(503),
      sendStream(writeEnd(2)),
    ]);
    expect(events).toEqual([1, 'state']);
    expect(delays).toEqual([100, 200, 100, 200]);
    expect(lastEventIds).toEqual([null, null, null, '1', '1']);
  });

  it('are requested again after a client was refused for too many requests', async () => {
    const { events, failure, delays } = await follow([refuse(429), sendStream(writeEnd(1))]);
    expect(failure).toBeNull();
    expect(events).toEqual(['state']);
    expect(delays).toEqual([100]);
  });

  it.each([400, 401, 403, 404, 410])('are not asked for again after status %i', async (status) => {
    const { failure, delays } = await follow([refuse(status), sendStream(writeEnd(1))]);
    expect(failure).toMatchObject({ status });
    expect(delays).toEqual([]);
  });
});
