// Parser of server-sent events in a response. The browsers' own EventSource cannot send a token.
import { createParser, type EventSourceMessage } from 'eventsource-parser';

export interface ServerSentEvent {
  /** Last id in the stream, for Last-Event-ID. */
  readonly id: string | null;
  readonly type: string;
  readonly data: string;
}

/** Silence of a stream after which its connection is taken for broken: servers send a comment every 15 seconds. */
const silenceLimitMs = 45_000;

/** Yields the events of a stream as they arrive. An unfinished last event is dropped. Throws if it falls silent. */
export async function* parseEventStream(
  stream: ReadableStream<Uint8Array>,
  limitMs = silenceLimitMs,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let lastId: string | null = null;
  let messages: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => messages.push(message) });
  for await (const text of readText(stream, limitMs)) {
    parser.feed(text);
    for (const { id, event, data } of messages) {
      lastId = id ?? lastId;
      yield { id: lastId, type: event ?? 'message', data };
    }
    messages = [];
  }
}

/** Leaving the loop early closes the connection. Safari cannot iterate a ReadableStream directly. */
async function* readText(
  stream: ReadableStream<Uint8Array>,
  limitMs: number,
): AsyncGenerator<string, void, undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let isComplete = false;
  let last = '';
  try {
    for (;;) {
      const { done, value } = await limitTime(reader.read(), limitMs);
      isComplete = done;
      if (done) break;
      const text = decoder.decode(value, { stream: true });
      last = text.at(-1) ?? last;
      yield text;
    }
    // The parser waits for the line feed that may follow a carriage return.
    if (last === '\r') yield '\n';
  } finally {
    if (!isComplete) await reader.cancel();
  }
}

/** Throws if the part takes longer: a connection that a sleeping laptop or a router has lost never says so. */
async function limitTime<Part>(part: Promise<Part>, limitMs: number): Promise<Part> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    silence.reject(new Error(`the stream was silent for ${limitMs / 1000} seconds`));
  }, limitMs);
  try {
    return await Promise.race([part, silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}
