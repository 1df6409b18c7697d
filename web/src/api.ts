// Calls of the server that this page comes from. Page and server have the same version, so answers are trusted to have
// the types of the API.
import type { Problem } from '../../src/shared/api/problem.ts';

/** The server refused a call, or did not answer. */
export class CallError extends Error {
  /** Null if there was no answer. */
  readonly problem: Problem | null;

  constructor(message: string, problem: Problem | null) {
    super(message);
    this.problem = problem;
  }
}

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/** Throws CallError. */
export async function call<Answer>(path: string, options: CallOptions = {}): Promise<Answer> {
  return await readJson<Answer>(await send(path, options));
}

/** Sends a call whose answer has no content. Throws CallError. */
export async function callOnly(path: string, options: CallOptions): Promise<void> {
  await send(path, options);
}

/** Sends a call. Throws CallError unless it succeeds. */
export async function send(path: string, { method = 'GET', body, signal }: CallOptions): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new CallError('The server does not answer. Is it running?', null);
  }
  if (response.ok) return response;
  const problem = await readProblem(response);
  throw new CallError(problem?.detail ?? `the server answered ${response.status}`, problem);
}

async function readProblem(response: Response): Promise<Problem | null> {
  const type = response.headers.get('content-type') ?? '';
  return type.startsWith('application/problem+json') ? await readJson<Problem>(response) : null;
}

async function readJson<Answer>(answer: { json(): Promise<Answer> }): Promise<Answer> {
  return await answer.json();
}

/** Text of an error, for people. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
