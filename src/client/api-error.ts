// What goes wrong between a client and a server.
import { problemSchema } from '../shared/api/problem.ts';
import { AppError, type InputIssue } from '../shared/errors/app-error.ts';

/** A proxy's or a newer server's problem may say less. */
const readableProblemSchema = problemSchema.partial().required({ code: true });

/** An answer that is not a success; `code` and `errors` are the server's own. */
export class ApiError extends AppError {
  readonly code: string;
  readonly status: number;
  /** Each field at fault, for a refused body. */
  readonly errors: readonly InputIssue[];

  constructor(problem: { status: number; code: string; message: string; errors?: readonly InputIssue[] }) {
    super(problem.message);
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
  }

  /** Reads the problem from an answer, and makes one up where a proxy answered instead of the server. */
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

/** No answer at all. */
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
    // Not JSON: the caller reports the status instead.
    return null;
  }
}

/** fetch says only "fetch failed"; the reason is its cause. */
function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
