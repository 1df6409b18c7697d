// Parser of server-sent events in a response. The browsers' own EventSource cannot send a token.
import { createParser, type EventSourceMessage } from 'eventsource-parser';

export interface ServerSentEvent {
  /** Last id in the stream, for Last-Event-ID. */
  readonly id: string | null;
  readonly type: string;
  readonly data: string;
}

/** Yields the events of a stream as they arrive. An unfinished last event is dropped. */
export async function* parseEventStream(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let lastId: string | null = null;
  let messages: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => messages.push(message) });
  for await (const text of readText(stream)) {
    parser.feed(text);
    for (const { id, event, data } of messages) {
      lastId = id ?? lastId;
      yield { id: lastId, type: event ?? 'message', data };
    }
    messages = [];
  }
}

/** Leaving the loop early closes the connection. Safari cannot iterate a ReadableStream directly. */
async function* readText(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let isComplete = false;
  let last = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isComplete = done;
      if (done) break;
      const text = decoder.decode(value, { stream: true });
      last = text.at(-1) ?? last;
      yield text;
    }
    // The parser waits for the
    //  that may follow a \r.
    if (last === '\r') yield '\n';
  } finally {
    if (!isComplete) await reader.cancel();
  }
}
