// The server that commands speak to.
import { z } from 'zod';
import { A3CAnswerError, A3CApiError, A3CNetworkError } from '../../client/client-errors.ts';
import { A3CClient } from '../../client/a3c-client.ts';
import { AppError } from '../../shared/errors/app-error.ts';

export const serverFlags = {
  url: z
    .url({ protocol: /^https?$/ })
    // Checked like a flag.
    .prefault(process.env.A3C_URL ?? 'http://127.0.0.1:8080')
    .describe('Address of the server; also read from A3C_URL. Its token is read from A3C_TOKEN'),
};

/** There is no server, or it refuses the caller; the message says what to do. */
export class NoServerError extends AppError {
  readonly code = 'SERVER_UNREACHABLE';
}

/** Calls a server, and says what to do where there is none. */
export async function withServer<Result>(
  url: string,
  work: (client: A3CClient) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(new A3CClient({ url, token: process.env.A3C_TOKEN }));
  } catch (error) {
    if (error instanceof A3CNetworkError) {
      throw new NoServerError(
        `no server answers at ${url}. Start one with: npx a3c serve, or name another with --url`,
        { cause: error },
      );
    }
    if (error instanceof A3CApiError && error.status === 401) {
      throw new NoServerError(`the server at ${url} needs its token: set A3C_TOKEN`, { cause: error });
    }
    if (isForeign(error)) {
      throw new NoServerError(
        `what answers at ${url} is no a3c server. Start one with: npx a3c serve, or name another with --url`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Whether an answer is none of this API: a page, other JSON, or a status without a reason. */
function isForeign(error: unknown): boolean {
  return (
    error instanceof A3CAnswerError || (error instanceof A3CApiError && error.code === `HTTP_${error.status}`)
  );
}
