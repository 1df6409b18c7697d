// Parses a server-sent event stream (WHATWG HTML, section 9.2), as browsers' EventSource cannot send a token.

export interface ServerSentEvent {
  /** Last id seen in the stream, for Last-Event-ID. */
  readonly id: string | null;
  readonly type: string;
  readonly data: string;
}

/** The events of a stream, as they arrive; an unfinished last one is dropped. */
export async function* parseEventStream(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let id: string | null = null;
  let type = '';
  let data: string[] = [];
  for await (const line of splitLines(stream)) {
    if (line === '') {
      if (data.length > 0) yield { id, type: type || 'message', data: data.join('\n') };
      type = '';
      data = [];
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
    // An id that no header could carry back is none.
    if (field === 'id') id = value.includes('\0') ? id : value;
    else if (field === 'event') type = value;
    else if (field === 'data') data.push(value);
  }
}

async function* splitLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of readChunks(stream)) {
    // A chunk may end between \r and \n: such an \r waits for its successor.
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest.endsWith('\r')) yield rest.slice(0, -1);
}

/** Safari cannot iterate a ReadableStream itself. Leaving the loop early closes the connection. */
async function* readChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  let isComplete = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isComplete = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!isComplete) await reader.cancel();
  }
}
