// Fuzz test of the client's event stream parser: splitting the bytes differently changes nothing, and no bytes break
// it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEventStream, type ServerSentEvent } from '../../src/client/event-stream.ts';
import { hostileText } from './generators/hostile-json.ts';
import { countRuns } from './runs.ts';

async function parse(chunks: readonly Uint8Array[]): Promise<ServerSentEvent[]> {
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: ServerSentEvent[] = [];
  for await (const event of parseEventStream(stream)) events.push(event);
  return events;
}

/** Cuts the bytes at these places, in whatever order they are given; some chunks may be empty. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const places = fc.array(fc.nat(), { maxLength: 12 });
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

/** Text that fits on one line of a field; a byte order mark at the start of a stream is none of its text. */
const fieldText = hostileText.map((text) => text.toWellFormed().replaceAll(/[\r\n\uFEFF\0]/g, ''));
const event = fc.record({
  id: fieldText,
  type: fieldText.filter((text) => text !== ''),
  data: fc.array(fieldText, { minLength: 1, maxLength: 3 }),
});

describe('the event-stream parser', () => {
  it('gives back every event that was written, wherever the chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 4 }), lineEnd, places, async (events, end, ends) => {
        const text = events.map(({ id, type, data }) =>
          [`id: ${id}`, `event: ${type}`, ': comment', ...data.map((line) => `data: ${line}`), '', ''].join(
            end,
          ),
        );
        const expected = events.map(({ id, type, data }) => ({ id, type, data: data.join('\n') }));
        expect(await parse(cut(encode(text.join('')), ends))).toEqual(expected);
      }),
      { numRuns: countRuns(300) },
    );
  });

  it('reads any bytes, and the same events of them however they are cut', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'id',
        'id:',
        'data:',
        'data: x',
        'event: y',
        'retry: 1',
        ':',
        '\n',
        '\r',
        '\r\n',
        '\0',
        '\uFEFF',
        'é',
      ),
      fc.string({ maxLength: 5 }),
    );
    // The last line is ended: a return at the end of a chunk may be half of a line end, so what it ends is read only
    // with the next line end.
    const bytes = fc
      .oneof(
        fc.array(piece, { maxLength: 20 }).map((pieces) => encode(pieces.join(''))),
        fc.uint8Array({ maxLength: 100 }),
      )
      .map((all) => Uint8Array.from([...all, ...encode('\n')]));
    await fc.assert(
      fc.asyncProperty(bytes, places, async (all, ends) => {
        expect(await parse(cut(all, ends))).toEqual(await parse([all]));
      }),
      { numRuns: countRuns(500) },
    );
  });
});
