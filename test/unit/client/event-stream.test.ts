import { describe, expect, it } from 'vitest';
import { parseEventStream, type ServerSentEvent } from '../../../src/client/event-stream.ts';

async function parse(bytes: Uint8Array, chunkSize: number): Promise<ServerSentEvent[]> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkSize) }, (_, index) =>
    bytes.subarray(index * chunkSize, (index + 1) * chunkSize),
  );
  const events: ServerSentEvent[] = [];
  for await (const event of parseEventStream(new Blob(chunks.map((chunk) => new Uint8Array(chunk))).stream()))
    events.push(event);
  const chunked = new ReadableStream<Uint8Array>({
    start: (controller) => {
      chunks.forEach((chunk) => {
        controller.enqueue(chunk);
      });
      controller.close();
    },
  });
  const chunkedEvents: ServerSentEvent[] = [];
  for await (const event of parseEventStream(chunked)) chunkedEvents.push(event);
  expect(chunkedEvents).toEqual(events);
  return events;
}

const lines = [
  ': a comment',
  'id: 7',
  'event: progress',
  'data: {"γ":',
  'data: 1}',
  '',
  'data:no space',
  'unknown: field',
  '',
  'event: forgotten',
  '',
  'id',
  'event: reset',
  'data',
  '',
  'data: unfinished',
];
const expected = [
  { id: '7', type: 'progress', data: '{"γ":\n1}' },
  { id: '7', type: 'message', data: 'no space' },
  { id: '', type: 'reset', data: '' },
];

describe('an event stream', () => {
  it.each([1, 2, 3, 7, 1000])('reads the same events in chunks of %i bytes', async (chunkSize) => {
    for (const lineEnd of ['\n', '\r\n', '\r']) {
      const text = `${lines.join(lineEnd)}${lineEnd}`;
      expect(await parse(new TextEncoder().encode(text), chunkSize)).toEqual(expected);
    }
  });

  it('takes a carriage return at the very end for the end of a line, and no id that holds NUL', async () => {
    const text = 'id: 1\rdata: a\r\rid: 2\0\rdata: b\r\r';
    expect(await parse(new TextEncoder().encode(text), 3)).toEqual([
      { id: '1', type: 'message', data: 'a' },
      { id: '1', type: 'message', data: 'b' },
    ]);
  });

  it('closes the connection when the reader leaves', async () => {
    const closed = { reason: 'not closed' };
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(new TextEncoder().encode('data: 1\n\n'));
      },
      cancel: () => {
        closed.reason = 'closed';
      },
    });
    for await (const event of parseEventStream(stream)) {
      expect(event.data).toBe('1');
      break;
    }
    expect(closed.reason).toBe('closed');
  });

  it('is given up when it falls silent, and its connection is closed', async () => {
    const closed = { reason: 'not closed' };
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('data: 1\n\n'));
      },
      cancel: () => {
        closed.reason = 'closed';
      },
    });
    const events = parseEventStream(stream, 20);
    expect((await events.next()).value).toMatchObject({ data: '1' });
    await expect(events.next()).rejects.toThrow('the stream was silent for 0.02 seconds');
    expect(closed.reason).toBe('closed');
  });
});
