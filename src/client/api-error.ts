// Errors of the client: refused requests and an unreachable server.
import { problemSchema } from '../shared/api/problem.ts';
import { AppError, type InputIssue } from '../shared/errors/app-error.ts';

/** Problems of proxies or newer servers may have fewer fields. */
const readableProblemSchema = problemSchema.partial().required({ code: true });

/** An answer that is not a success; `code` and `errors` come from the server. */
export class ApiError extends AppError {
  readonly code: string;
  readonly status: number;
  /** The invalid fields, for a refused body. */
  readonly errors: readonly InputIssue[];

  constructor(problem: { status: number; code: string; message: string; errors?: readonly InputIssue[] }) {
    super(problem.message);
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
  }

  /** Reads the problem from an answer. Builds one if a proxy answered instead of the server. */
  static async fromResponse(response: Response): Promise<ApiError> {
    const { status } = response;
    const parsed = readableProblemSchema.safeParse(parseJson(await response.text()));
    if (!parsed.success) {
      return new ApiError({ status, code: `HTTP_${status}`, message: `the server answered ${status}` });
    }
    const { code, title, detail, errors = [] } = parsed.data;
    const fields = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
    const summary = detail ?? title ?? code;
    const message = fields === '' ? summary : `${summary} (${fields})`;
    return new ApiError({ status, code, message, errors });
  }
}

/** The server did not answer. */
export class ServerUnreachableError extends AppError {
  readonly code = 'SERVER_UNREACHABLE';

  constructor(url: URL, cause: unknown) {
    super(`no answer from ${url.origin}: ${describeCause(cause)}`, { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The body is not JSON: the caller reports the status instead.
    return null;
  }
}

/** fetch says only "fetch failed"; its cause has the reason. */
function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
