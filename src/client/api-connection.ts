// Connection of the client to one server: addresses, the token and errors.
import { readAnswer, type AnswerKind } from './answers.ts';
import { A3CSettingsError, A3CNetworkError, readRefusal } from './client-errors.ts';
import { parseEventStream, type ServerSentEvent } from './event-stream.ts';

export interface A3CClientOptions {
  /** Address of the server, e.g. `http://127.0.0.1:8080`. A path is kept, for a server behind a proxy. */
  readonly url: string | URL;
  /** API token (`A3C_TOKEN` or `A3C_READ_TOKEN` of the server). Pages of the server itself need none once signed in. */
  readonly token?: string | undefined;
  /** Replaces the global fetch. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Ends all calls and streams of this client. */
  readonly signal?: AbortSignal | undefined;
}

export interface CallOptions {
  /** Ends the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ApiRequest extends CallOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as a form if it is one. */
  readonly body?: unknown;
}

export class ApiConnection {
  readonly #base: URL;
  readonly #token: string | undefined;
  readonly #fetch: typeof globalThis.fetch;
  readonly #signal: AbortSignal | undefined;

  /** Throws A3CSettingsError. */
  constructor({ url, token, fetch = globalThis.fetch, signal }: A3CClientOptions) {
    this.#base = parseAddress(String(url));
    this.#token = token === undefined || token === '' ? undefined : requireSendable(token);
    // Browsers refuse a fetch that is called as a method of another object.
    this.#fetch = fetch.bind(globalThis);
    this.#signal = signal;
  }

  /** Reads an answer as JSON of this kind. Throws A3CError. */
  async readJson<Answer>(kind: AnswerKind<Answer>, path: string, request?: ApiRequest): Promise<Answer> {
    return readAnswer(kind, await this.readText(path, request));
  }

  async readText(path: string, request: ApiRequest = {}): Promise<string> {
    const response = await this.send(path, request);
    return await this.#read(response.text(), request);
  }

  async readBytes(path: string, request: ApiRequest = {}): Promise<ArrayBuffer> {
    const response = await this.send(path, request);
    return await this.#read(response.arrayBuffer(), request);
  }

  /** Opens a stream of server-sent events. Throws A3CError, also if the connection breaks. */
  async *readEvents(
    path: string,
    { headers, ...request }: ApiRequest = {},
  ): AsyncGenerator<ServerSentEvent, void, undefined> {
    const response = await this.send(path, {
      ...request,
      headers: { accept: 'text/event-stream', ...headers },
    });
    if (response.body === null) return;
    try {
      yield* parseEventStream(response.body);
    } catch (error) {
      throw this.#explain(error, request);
    }
  }

  /** Sends a request to a path below the server's address. Throws A3CError unless the answer is a success. */
  async send(path: string, request: ApiRequest = {}): Promise<Response> {
    const { query = {} } = request;
    const url = new URL(path, this.#base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const response = await this.#read(this.#fetch(url, this.#describe(request)), request);
    if (!response.ok) throw readRefusal(response.status, await this.#read(response.text(), request));
    return response;
  }

  #describe({ method = 'GET', headers, body, signal }: ApiRequest): RequestInit {
    const isForm = body instanceof FormData;
    const ends = this.joinSignals(signal);
    return {
      method,
      headers: {
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      ...(ends && { signal: ends }),
    };
  }

  /** The signal that ends what `signal` or the client's own ends. */
  joinSignals(signal: AbortSignal | undefined): AbortSignal | undefined {
    return this.#signal && signal ? AbortSignal.any([this.#signal, signal]) : (this.#signal ?? signal);
  }

  async #read<Part>(part: Promise<Part>, request: ApiRequest): Promise<Part> {
    try {
      return await part;
    } catch (error) {
      throw this.#explain(error, request);
    }
  }

  /** Returns the reason of the signal that ended a call; if none did, that the connection failed. */
  #explain(error: unknown, { signal }: ApiRequest): unknown {
    return this.joinSignals(signal)?.aborted === true ? error : new A3CNetworkError(this.#base, error);
  }
}

function parseAddress(address: string): URL {
  const base = address.replace(/\/*$/, '/');
  if (/^https?:/i.test(base) && URL.canParse(base)) return new URL(base);
  throw new A3CSettingsError(
    `${JSON.stringify(address)} is no address of a server: it must be like http://127.0.0.1:8080`,
  );
}

/** A header takes no other token, and the error of fetch would show it. */
function requireSendable(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new A3CSettingsError(
    'the token may contain only ASCII letters, digits and punctuation, and no spaces',
  );
}
