// Model downloads. A reader holds at most two pieces of a file in memory, however slow it is. A reader that takes too
// long for a piece is disconnected.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { HttpLimits } from '../limits.ts';
import { TooManyDownloadsError } from '../problems/http-errors.ts';
import { watchReader } from '../stall-watch.ts';
import { readBody, type ModelBody } from './model-body.ts';
import type { OpenModel } from './open-model.ts';

export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface ModelContent {
  readonly body: ModelBody;
  readonly type: string;
}

export class ModelDownloads {
  readonly #limits: Pick<HttpLimits, 'stallLimitMs' | 'maxDownloads'>;
  #open = 0;

  constructor(limits: Pick<HttpLimits, 'stallLimitMs' | 'maxDownloads'>) {
    this.#limits = limits;
  }

  /** Sends the content that `describe` makes of the model, or 304 if the client has it already. */
  async answer(
    exchange: Exchange,
    open: () => Promise<OpenModel>,
    describe: (model: OpenModel) => ModelContent | Promise<ModelContent>,
  ): Promise<FastifyReply> {
    const { maxDownloads } = this.#limits;
    if (this.#open >= maxDownloads) throw new TooManyDownloadsError(maxDownloads);
    this.#open += 1;
    let model: OpenModel | null = null;
    let stream: Readable | null = null;
    try {
      model = await open();
      stream = this.#begin(exchange, await describe(model));
    } finally {
      const end = this.#createEnd(exchange, model);
      if (stream) stream.once('close', end);
      else end();
    }
    // Without content, the headers stay as they are; `null` would set the length to 0.
    return exchange.reply.send(stream ?? Readable.from([]));
  }

  /** Sets the headers; returns null if no body follows. */
  #begin({ request, reply }: Exchange, { body, type }: ModelContent): Readable | null {
    reply.header('etag', body.etag).header('cache-control', 'no-cache');
    // Pages of other sites may load models: that is their purpose.
    reply.header('cross-origin-resource-policy', 'cross-origin');
    if (matchesEtag(request.headers['if-none-match'], body.etag)) {
      reply.code(304);
      return null;
    }
    reply.type(type).header('content-length', body.bytes);
    if (request.method === 'HEAD') return null;
    const { raw } = reply;
    const { stallLimitMs } = this.#limits;
    const onStall = (): void => {
      raw.destroy();
    };
    // Limits the time for the data that is still on its way when the stream has ended. Node resets this with the next
    // request. It is set on the answer, because an injected request has no socket.
    raw.setTimeout(stallLimitMs, onStall);
    return Readable.from(watchReader(readBody(body), { stallLimitMs, onStall }), { objectMode: false });
  }

  #createEnd({ request }: Exchange, model: OpenModel | null): () => void {
    return () => {
      this.#open -= 1;
      model?.close().catch((error: unknown) => {
        request.log.error({ err: error }, 'the files of a model could not be closed');
      });
    };
  }
}

/** RFC 9110, section 13.1.2: a list of tags that are compared weakly, or `*`. */
function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
