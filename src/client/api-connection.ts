// Connection of the client to one server: addresses, the token and errors.
import { ApiError, ServerUnreachableError } from './api-error.ts';

export interface ClientOptions {
  /** Address of the server, e.g. `http://127.0.0.1:8080`. */
  readonly url: string | URL;
  /** API token (`A3C_TOKEN` of the server). */
  readonly token?: string | undefined;
  /** Replaces the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as a form if it is one. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export class ApiConnection {
  readonly #base: URL;
  readonly #token: string | undefined;
  readonly #fetch: typeof globalThis.fetch;

  constructor({ url, token, fetch = globalThis.fetch }: ClientOptions) {
    this.#base = new URL(String(url).replace(/\/*$/, '/'));
    this.#token = token;
    // Browsers refuse a fetch that is called as a method of another object.
    this.#fetch = fetch.bind(globalThis);
  }

  /** Sends a request to a path below the server's address. Throws ApiError unless the answer is a success. */
  async request(path: string, options: ApiRequest = {}): Promise<Response> {
    const { method = 'GET', query = {}, headers, body, signal } = options;
    const url = new URL(path, this.#base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const isForm = body instanceof FormData;
    const init: RequestInit = {
      method,
      headers: {
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    };
    const response = await this.#send(url, init);
    if (!response.ok) throw await ApiError.fromResponse(response);
    return response;
  }

  async #send(url: URL, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(url, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ServerUnreachableError(url, error);
    }
  }
}
